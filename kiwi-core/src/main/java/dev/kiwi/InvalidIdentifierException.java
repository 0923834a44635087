package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * A queue name, RPC identifier, subject or header that no transport could carry safely.
 */
public class InvalidIdentifierException extends KiwiException {

	public InvalidIdentifierException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public InvalidIdentifierException(String message) {
		super(message, null);
	}

}

package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * The RPC identifier is served already, where only one may serve it.
 */
public class DuplicateSubscriberIdentifierException extends KiwiException {

	public DuplicateSubscriberIdentifierException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public DuplicateSubscriberIdentifierException(String message) {
		super(message, null);
	}

}

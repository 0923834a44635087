package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * The parent of all of kiwi's own exceptions. Each message names the queue or identifier
 * and, where there is one, the message id.
 */
public class KiwiException extends RuntimeException {

	public KiwiException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public KiwiException(String message) {
		super(message, null);
	}

}

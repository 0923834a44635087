package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * A payload that cannot be written, cannot be read as the declared type, or is too large.
 */
public class PayloadException extends KiwiException {

	public PayloadException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public PayloadException(String message) {
		super(message, null);
	}

}

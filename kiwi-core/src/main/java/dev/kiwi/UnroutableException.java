package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * Nobody serves the identifier, or the queue does not exist: the message was taken by no
 * one.
 */
public class UnroutableException extends DeliveryFailedException {

	public UnroutableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public UnroutableException(String message) {
		super(message, null);
	}

}

package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * A message is not known to have been taken by the transport.
 */
public class DeliveryFailedException extends KiwiException {

	public DeliveryFailedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public DeliveryFailedException(String message) {
		super(message, null);
	}

}

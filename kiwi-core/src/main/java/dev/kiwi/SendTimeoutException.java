package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * The transport did not take a message within the send time-out, because it is away,
 * blocked or too slow. The message names which; where it had been written already it may
 * still arrive.
 */
public class SendTimeoutException extends DeliveryFailedException {

	public SendTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public SendTimeoutException(String message) {
		super(message, null);
	}

}

package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * The connection broke while this was waited for. A message that was under way may have
 * arrived or not.
 */
public class ConnectionLostException extends DeliveryFailedException {

	public ConnectionLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public ConnectionLostException(String message) {
		super(message, null);
	}

}

package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * The communicator is closed, or was closed while this was waited for.
 */
public class CommunicatorClosedException extends KiwiException {

	public CommunicatorClosedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public CommunicatorClosedException(String message) {
		super(message, null);
	}

}

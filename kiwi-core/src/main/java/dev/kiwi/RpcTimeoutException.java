package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * No answer to a call within its time-out. The callee may still be at work.
 */
public class RpcTimeoutException extends KiwiException {

	public RpcTimeoutException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public RpcTimeoutException(String message) {
		super(message, null);
	}

}

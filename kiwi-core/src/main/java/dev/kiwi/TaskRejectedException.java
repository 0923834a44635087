package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to leave a task to another subscriber or worker. It is offered
 * again after a growing delay, a bounded number of times.
 */
public class TaskRejectedException extends KiwiException {

	public TaskRejectedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	public TaskRejectedException(String message) {
		super(message, null);
	}

}

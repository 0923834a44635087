package dev.kiwi;

/**
 * The task was not begun within its time to live, and never will be.
 */
public class TaskExpiredException extends KiwiException {

	public TaskExpiredException(String message) {
		super(message);
	}

}

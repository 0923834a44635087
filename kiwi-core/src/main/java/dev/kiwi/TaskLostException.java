package dev.kiwi;

/**
 * The worker of a task that is to run at most once is gone: how far it came is not known,
 * and it is not run again unless somebody relaunches it.
 */
public class TaskLostException extends KiwiException {

	public TaskLostException(String message) {
		super(message);
	}

}

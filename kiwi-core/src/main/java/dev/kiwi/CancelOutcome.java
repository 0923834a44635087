package dev.kiwi;

/**
 * What is known at once of a request to cancel a task. The task's own outcome tells what
 * came of it.
 */
public enum CancelOutcome {

	/**
	 * It had not begun and never will.
	 */
	CANCELLED,

	/**
	 * Whoever works on it, or gets it, is told to stop; it may be over before that.
	 */
	REQUESTED,

	/**
	 * It was over already.
	 */
	ALREADY_FINISHED,

	/**
	 * The transport knows of no such task.
	 */
	UNKNOWN

}

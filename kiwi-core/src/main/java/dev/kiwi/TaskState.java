package dev.kiwi;

/**
 * Where a task is on its way.
 */
public enum TaskState {

	/**
	 * It waits for its time, or for its next attempt.
	 */
	DELAYED,

	/**
	 * It waits for a worker.
	 */
	QUEUED,

	/**
	 * A worker has it.
	 */
	RUNNING,

	/**
	 * Its handler has returned a stage, and the worker waits for that to complete. Told
	 * by the worker alone: without its answer it is {@link #RUNNING}.
	 */
	WAITING,

	/**
	 * It has its result.
	 */
	SUCCEEDED,

	/**
	 * Its last attempt failed, and it is kept as a dead letter.
	 */
	FAILED,

	/**
	 * Somebody wanted it to end, and it did.
	 */
	CANCELLED,

	/**
	 * No worker began it within its time to live.
	 */
	EXPIRED,

	/**
	 * Its worker is gone, and it is to run at most once.
	 */
	LOST,

	/**
	 * Nothing is known of such a task, or nothing any more.
	 */
	UNKNOWN

}

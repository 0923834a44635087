package dev.kiwi.engine;

/**
 * What is counted, as more of it than usual means that something is wrong.
 */
public enum EngineEvent {

	/**
	 * A handler failed, and the task is tried again.
	 */
	RETRIED,

	/**
	 * A task is kept as a dead letter.
	 */
	DEAD_LETTERED,

	/**
	 * A task came that was given out before and not settled: its worker died, or lost its
	 * connection.
	 */
	REDELIVERED,

	/**
	 * A worker lost its task while it worked on it, or cannot know whether its outcome
	 * was kept.
	 */
	OWNERSHIP_LOST,

	/**
	 * A handler has said nothing for longer than its queue allows.
	 */
	STUCK,

	/**
	 * An event of a task could not be written, where events are kept: the view of tasks
	 * lacks it.
	 */
	EVENT_UNWRITTEN,

	/**
	 * A message was returned, as nobody takes what is sent there.
	 */
	UNROUTABLE

}

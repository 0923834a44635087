package dev.kiwi;

import java.util.Map;

/**
 * What a handler may know of its task.
 */
public interface TaskContext {

	/**
	 * The task's id, the same at every attempt and redelivery.
	 * @return the id
	 */
	String id();

	/**
	 * The queue it came from.
	 * @return the queue
	 */
	String queue();

	/**
	 * How often the task has been given to a handler that did not reject it, this time
	 * included.
	 * @return 1 for the first attempt
	 */
	int attempt();

	/**
	 * Whether the task was given out before, to a worker that did not settle it: it may
	 * have been started, also to its end.
	 * @return true for a redelivery
	 */
	boolean isRedelivered();

	/**
	 * The sender's headers.
	 * @return an unmodifiable map
	 */
	Map<String, String> headers();

}

package dev.kiwi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a handler may know of its task, and say of it while it works. Thread-safe; after
 * the handler's end saying does nothing.
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
	 * How often a handler failed at this launch of the task, and one: an attempt whose
	 * worker died is not counted.
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

	/**
	 * How often the task was launched anew as a dead letter.
	 * @return 0 for a task as it was sent
	 */
	int launch();

	/**
	 * Whether somebody asked for the task to be cancelled. The handler's thread is
	 * interrupted, or the stage that it returned is cancelled; a handler that ends with
	 * an exception then has been cancelled, one that returns has its result.
	 * @return true once that was heard here
	 */
	boolean isCancelled();

	/**
	 * Calls back when the task is cancelled.
	 * @param action called once, on kiwi's executor; at once if that is so already
	 * @return removes the action when closed
	 */
	Registration onCancel(Runnable action);

	/**
	 * Whether the task is still this worker's. When the connection that it came by is
	 * lost, another worker may get it: the handler's thread is interrupted, and its
	 * outcome is dropped.
	 * @return false once that was noticed here
	 */
	boolean isOwned();

	/**
	 * Calls back when the task is no longer this worker's.
	 * @param action called once, on kiwi's executor; at once if that is so already
	 * @return removes the action when closed
	 */
	Registration onOwnershipLost(Runnable action);

	/**
	 * Says that the handler gets on, so that the watchdog does not take it for stuck.
	 * Telling progress, a line or a partial result says so too. Costs nothing: nothing is
	 * sent.
	 */
	void heartbeat();

	/**
	 * Tells the sender how far the handler is. Cheap: of many calls only the latest is
	 * sent, some times a second.
	 * @param fraction 0 to 1
	 */
	default void progress(double fraction) {
		progress(fraction, null);
	}

	/**
	 * Tells the sender how far the handler is. Cheap: of many calls only the latest is
	 * sent, some times a second.
	 * @param fraction 0 to 1
	 * @param message what it does, or null; at most 4,000 characters are told
	 */
	void progress(double fraction, @Nullable String message);

	/**
	 * Tells the sender a line. Several are sent together, some times a second; of more
	 * than 100 in that time the oldest are left out, and the sender is told how many.
	 * @param line the line; at most 4,000 characters are told
	 */
	void log(String line);

	/**
	 * Tells the sender a result so far. Of several only the latest is sent, some times a
	 * second.
	 * @param value must not be changed afterwards
	 */
	void partialResult(@Nullable Object value);

}

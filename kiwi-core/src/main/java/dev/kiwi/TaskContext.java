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
	 * Numbers the owners of the task: it grows each time that the task is given out. A
	 * worker that stood still for longer than its lease may go on for a moment beside the
	 * one that has its task now; whoever remembers the greatest token that it has seen
	 * for a thing, and refuses what comes with a smaller one, is not harmed by that.
	 * @return greater than that of every earlier owner of the task
	 * @throws NotSupportedByTransportException where owners are not numbered, as on
	 * RabbitMQ
	 */
	long fencingToken();

	/**
	 * Ends the task with the transaction that the current thread is in: what the handler
	 * has written and sent in it and the end of the task become true together, with its
	 * commit, or none of it. To be called once, as the last thing in the transaction: it
	 * locks the task until that ends. What the handler returns does not count after the
	 * commit; after a rollback everything is as if this was not called. A method that is
	 * both {@code @KiwiTask} and {@code @Transactional} needs no call: what it returns is
	 * completed so.
	 * @param result what its sender gets, or null
	 * @throws KiwiException where the task is not this worker's any more, or the database
	 * refuses; the transaction cannot be committed then
	 * @throws IllegalStateException where the thread is in no transaction on the database
	 * that keeps the tasks, or the task is completed already
	 * @throws NotSupportedByTransportException where tasks are not kept in a database
	 */
	void completeInTransaction(@Nullable Object result);

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

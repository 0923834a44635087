package dev.kiwi;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator sees and does: queues, tasks and workers of the whole namespace.
 * <p>
 * Where the transport keeps every task (see {@link TaskPage#complete()}) it is asked;
 * what only workers know they are asked by a broadcast, and have
 * {@code kiwi.admin.answer-timeout} to answer. Each method waits for the transport, at
 * most a minute, and throws {@link DeliveryFailedException} or
 * {@link ConnectionLostException} where it cannot be asked, and
 * {@link CommunicatorClosedException} after the communicator was closed. Thread-safe.
 */
public interface KiwiAdmin {

	/**
	 * This process.
	 * @return its name as others see it
	 */
	WorkerInfo self();

	/**
	 * What is known of the transport and of the server behind it.
	 * @return a snapshot
	 */
	TransportInfo transportInfo();

	/**
	 * The handlers of this process.
	 * @return a snapshot, in the order of subscribing
	 */
	List<SubscriberInfo> subscribers();

	/**
	 * The queues that the server tells of, that a worker which answers has handlers for,
	 * and that this process has sent to.
	 * @return the queues, by name
	 */
	List<QueueInfo> queues();

	/**
	 * Lists tasks.
	 * @param query which
	 * @return a page of them
	 */
	TaskPage tasks(TaskQuery query);

	/**
	 * Shows a task.
	 * @param id the task's id
	 * @return what is known of it; {@link TaskState#UNKNOWN} where nobody knows, and
	 * empty where the server knows that there is no such task, or none any more
	 */
	Optional<TaskInfo> task(String id);

	/**
	 * Asks for a task to be cancelled, wherever it is and whoever sent it.
	 * @param id the task's id
	 * @return what is known of it at once
	 */
	CancelOutcome cancelTask(String id);

	/**
	 * The tasks that are kept aside.
	 * @return the dead letters of all queues
	 */
	DeadLetters deadLetters();

	/**
	 * Has all workers stop fetching tasks of a queue. What runs goes on, what was fetched
	 * and not begun is handed back, and {@linkplain TaskOperations#taskQueue pulling} is
	 * not affected. The workers remember it, and tell those that start later; once the
	 * last of them has ended it is forgotten.
	 * @param queue the queue
	 */
	void pause(String queue);

	/**
	 * Has all workers fetch tasks of a queue again, also those that were paused by
	 * {@link #pauseHere}.
	 * @param queue the queue
	 */
	void resume(String queue);

	/**
	 * Stops fetching tasks of a queue in this process.
	 * @param queue the queue
	 */
	void pauseHere(String queue);

	/**
	 * Takes {@link #pauseHere} back. A queue that is paused for all stays paused.
	 * @param queue the queue
	 */
	void resumeHere(String queue);

	/**
	 * The queues that are paused in this process, for all or only here.
	 * @return their names
	 */
	Set<String> pausedQueues();

}

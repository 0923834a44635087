package dev.kiwi;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Sends tasks and works on them.
 * <p>
 * Sending waits for no round trip, only, and at most for the send time-out, for room in
 * the window of unconfirmed messages. What goes wrong on the way fails
 * {@link SentTask#accepted()}; what is wrong with the call itself (an invalid queue name,
 * a payload that cannot be written or is too large) is thrown.
 */
public interface TaskOperations {

	/**
	 * Sends a task whose result nobody waits for.
	 * @param queue the queue
	 * @param payload the payload, or null
	 * @return the sent task
	 */
	default SentTask sendTask(String queue, @Nullable Object payload) {
		return sendTask(Task.of(queue, payload));
	}

	/**
	 * Sends a task whose result nobody waits for.
	 * @param task the task
	 * @return the sent task
	 */
	SentTask sendTask(Task task);

	/**
	 * Sends a task and follows it to its result.
	 * @param <R> the result's type
	 * @param queue the queue
	 * @param payload the payload, or null
	 * @param resultType what the result is read as; {@code Void.class} where only the end
	 * matters
	 * @return the handle
	 */
	default <R> TaskHandle<R> sendTask(String queue, @Nullable Object payload, Class<R> resultType) {
		return sendTask(Task.of(queue, payload), TypeRef.of(resultType));
	}

	/**
	 * Sends a task and follows it to its result.
	 * @param <R> the result's type
	 * @param task the task
	 * @param resultType what the result is read as
	 * @return the handle
	 */
	default <R> TaskHandle<R> sendTask(Task task, Class<R> resultType) {
		return sendTask(task, TypeRef.of(resultType));
	}

	/**
	 * Sends a task and follows it to its result.
	 * @param <R> the result's type
	 * @param task the task
	 * @param resultType what the result is read as
	 * @return the handle
	 */
	<R> TaskHandle<R> sendTask(Task task, TypeRef<R> resultType);

	/**
	 * Adds a worker to a queue. Each task goes to one subscriber of one process; several
	 * subscribers of a queue in this process take turns.
	 * @param <T> the payload's type
	 * @param queue the queue
	 * @param payloadType what payloads are read as
	 * @param handler does the work
	 * @return the subscription
	 */
	default <T> Subscription addTaskSubscriber(String queue, Class<T> payloadType, TaskHandler<T> handler) {
		return addTaskSubscriber(queue, TypeRef.of(payloadType), handler);
	}

	/**
	 * Adds a worker to a queue. Each task goes to one subscriber of one process; several
	 * subscribers of a queue in this process take turns.
	 * @param <T> the payload's type
	 * @param queue the queue
	 * @param payloadType what payloads are read as
	 * @param handler does the work
	 * @return the subscription
	 */
	<T> Subscription addTaskSubscriber(String queue, TypeRef<T> payloadType, TaskHandler<T> handler);

	/**
	 * The pull side of a queue.
	 * @param queue the queue
	 * @return the queue, to take tasks from one at a time
	 */
	TaskQueue taskQueue(String queue);

	/**
	 * Follows a task that somebody else sent, or this application before it was
	 * restarted.
	 * @param <R> the result's type
	 * @param id the task's id
	 * @param resultType what the result is read as
	 * @return the handle; its result fails with {@link KiwiException} where nothing is
	 * kept of such a task, and with {@link NotSupportedByTransportException} where the
	 * transport keeps nothing at all
	 */
	default <R> TaskHandle<R> followTask(String id, Class<R> resultType) {
		return followTask(id, TypeRef.of(resultType));
	}

	/**
	 * Follows a task that somebody else sent, or this application before it was
	 * restarted.
	 * @param <R> the result's type
	 * @param id the task's id
	 * @param resultType what the result is read as
	 * @return the handle; its result fails with {@link KiwiException} where nothing is
	 * kept of such a task, and with {@link NotSupportedByTransportException} where the
	 * transport keeps nothing at all
	 */
	<R> TaskHandle<R> followTask(String id, TypeRef<R> resultType);

	/**
	 * Where a task is on its way, whoever sent it.
	 * @param id the task's id
	 * @return the state; fails with {@link NotSupportedByTransportException} where the
	 * transport does not know that
	 */
	CompletionStage<TaskState> taskState(String id);

	/**
	 * Asks for a task to be cancelled, wherever it is and whoever sent it. The request is
	 * remembered: it also reaches a worker that starts later.
	 * @param id the task's id
	 * @return what is known of it at once; fails with {@link DeliveryFailedException}
	 * where the request could not be placed
	 */
	CompletionStage<CancelOutcome> cancelTask(String id);

	/**
	 * The tasks that are kept aside.
	 * @return the dead letters of all queues
	 */
	DeadLetters deadLetters();

}

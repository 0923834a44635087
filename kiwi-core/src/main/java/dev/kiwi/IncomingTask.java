package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * A task that was pulled and waits to be settled, once. Closed unsettled, it goes back to
 * its queue. Settling a second time throws {@link IllegalStateException}.
 */
public interface IncomingTask extends AutoCloseable {

	/**
	 * The task's id, queue and headers.
	 * @return the context
	 */
	TaskContext context();

	/**
	 * Reads the payload.
	 * @param <T> the payload's type
	 * @param type what it is read as
	 * @return the payload; null where null was sent
	 * @throws PayloadException if it cannot be read as that
	 */
	default <T> @Nullable T payload(Class<T> type) {
		return payload(TypeRef.of(type));
	}

	/**
	 * Reads the payload.
	 * @param <T> the payload's type
	 * @param type what it is read as
	 * @return the payload; null where null was sent
	 * @throws PayloadException if it cannot be read as that
	 */
	<T> @Nullable T payload(TypeRef<T> type);

	/**
	 * Ends the task with a result for its sender.
	 * @param result the result, or null
	 */
	void complete(@Nullable Object result);

	/**
	 * Ends this attempt with a failure, as if a handler had thrown it: the task is tried
	 * again where the queue's settings say so, else kept as a dead letter, and its sender
	 * sees a {@link RemoteException}.
	 * @param cause the failure
	 */
	void fail(Throwable cause);

	/**
	 * Gives the task back to its queue at once.
	 */
	void requeue();

	/**
	 * Requeues the task unless it was settled.
	 */
	@Override
	void close();

}

package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * Does the work of a queue.
 *
 * @param <T> the payload's type
 */
@FunctionalInterface
public interface TaskHandler<T extends @Nullable Object> {

	/**
	 * Works on one task. May block for as long as the work takes.
	 * @param payload the payload; null where null was sent
	 * @param context the task's id, queue and headers
	 * @return the result; a {@link java.util.concurrent.CompletionStage} is answered by
	 * <em>pending</em> at once and by its outcome later
	 * @throws TaskRejectedException to leave the task to another subscriber or worker
	 * @throws Exception to fail the task; the sender sees a {@link RemoteException}
	 */
	@Nullable Object handle(T payload, TaskContext context) throws Exception;

}

package dev.kiwi;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A task on its way to a result.
 *
 * @param <R> the result's type
 */
public interface TaskHandle<R extends @Nullable Object> extends SentTask {

	/**
	 * Completes with what the handler returned. Fails with {@link RemoteException} when
	 * it threw, with {@link java.util.concurrent.CancellationException} when its work was
	 * cancelled, with the failure of {@link #accepted()} when the task was never taken,
	 * and with {@link CommunicatorClosedException} when this side closes first. A lost
	 * connection does not fail it: the result waits for the sender's return.
	 * @return the future, completed on kiwi's executor
	 */
	CompletableFuture<R> result();

	/**
	 * Whether a worker answered that the result will follow later.
	 * @return true once that was heard, also after the result
	 */
	boolean isPending();

	/**
	 * Hears of the task's way to its result.
	 * @param listener called on kiwi's executor; what happened before is told at once
	 * @return removes the listener when closed
	 */
	Registration onUpdate(Consumer<TaskUpdate> listener);

}

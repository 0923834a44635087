package dev.kiwi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
	 * it threw at its last attempt, with
	 * {@link java.util.concurrent.CancellationException} when its work was cancelled,
	 * with {@link TaskExpiredException} and {@link TaskLostException} as these say, with
	 * the failure of {@link #accepted()} when the task was never taken, and with
	 * {@link CommunicatorClosedException} when this side closes first. A lost connection
	 * does not fail it: the result waits for the sender's return.
	 * @return the future, completed on kiwi's executor or on a thread that waits for it
	 */
	CompletableFuture<R> result();

	/**
	 * Whether a worker answered that the result will follow later.
	 * @return true once that was heard, also after the result
	 */
	boolean isPending();

	/**
	 * Hears of the task's way to its result.
	 * @param listener called on kiwi's executor; the last update of each kind that came
	 * before is told at once
	 * @return removes the listener when closed
	 */
	Registration onUpdate(Consumer<TaskUpdate> listener);

	/**
	 * Asks for the task to be cancelled, wherever it is. Cancelling {@link #result()}
	 * itself only stops waiting.
	 * @return what is known of it at once; the {@linkplain #result() result} is cancelled
	 * when whoever has the task confirms it
	 */
	CompletionStage<CancelOutcome> cancel();

}

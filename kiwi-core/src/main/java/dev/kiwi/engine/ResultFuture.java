package dev.kiwi.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A result that is waited for only once the task is accepted: where that must not be
 * waited for, neither must this.
 */
final class ResultFuture<R extends @Nullable Object> extends AnswerFuture<R> {

	private final Supplier<CompletableFuture<Void>> accepted;

	ResultFuture(Supplier<CompletableFuture<Void>> accepted) {
		this.accepted = accepted;
	}

	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new ResultFuture<>(this.accepted);
	}

	@Override
	public R get() throws InterruptedException, ExecutionException {
		if (mayRefuse()) {
			try {
				this.accepted.get().get();
			}
			catch (ExecutionException | CancellationException ex) {
				// this fails likewise
				return super.get();
			}
		}
		return super.get();
	}

	@Override
	public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		long end = System.nanoTime() + unit.toNanos(timeout);
		if (mayRefuse()) {
			try {
				this.accepted.get().get(timeout, unit);
			}
			catch (ExecutionException | CancellationException ex) {
				// this fails likewise
				return super.get(timeout, unit);
			}
		}
		return super.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
	}

	@Override
	public R join() {
		if (mayRefuse()) {
			this.accepted.get().exceptionally((failure) -> null).join();
		}
		return super.join();
	}

	/** Only a future of a transport's own kind refuses to be waited for. */
	private boolean mayRefuse() {
		if (isDone()) {
			return false;
		}
		CompletableFuture<Void> accepting = this.accepted.get();
		return !(accepting instanceof AnswerFuture) && accepting.getClass() != CompletableFuture.class;
	}

}

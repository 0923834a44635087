package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * A result that a thread which waits for it completes itself, instead of a further thread
 * that would have to be woken before it. As with every {@link CompletableFuture} whoever
 * waits may be made to run what hangs on it. Where results come sooner than a sleeping
 * thread is woken, whoever waits does not sleep at once.
 */
class AnswerFuture<R extends @Nullable Object> extends CompletableFuture<R> {

	/**
	 * What it takes to wake a thread: for so long one that waits looks before it sleeps.
	 */
	private static final long LOOK_NANOS = (Runtime.getRuntime().availableProcessors() > 1) ? 30_000 : 0;

	/** Who waited longer than this had better slept at once. */
	private static final long SOON_NANOS = 200_000;

	/** Whether the last that was waited for in this process came soon. */
	private static volatile boolean soon;

	private final Object gate = new Object();

	private int waiting;

	private boolean watched;

	private volatile @Nullable Runnable completion;

	/**
	 * Has a thread complete it that waits for it, or comes to wait before another gets to
	 * it. Never blocks. Called once.
	 * @param how completes it
	 * @param otherwise runs it where no thread waits
	 */
	final void completeBy(Runnable how, Executor otherwise) {
		synchronized (this.gate) {
			this.completion = how;
			if (this.waiting > 0) {
				this.gate.notifyAll();
				return;
			}
		}
		otherwise.execute(this::completeNow);
	}

	private void completeNow() {
		Runnable left;
		synchronized (this.gate) {
			left = this.completion;
			this.completion = null;
		}
		if (left != null) {
			left.run();
		}
	}

	@Override
	public R get() throws InterruptedException, ExecutionException {
		await(Long.MAX_VALUE);
		return super.get();
	}

	@Override
	public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		long end = System.nanoTime() + unit.toNanos(timeout);
		await(unit.toNanos(timeout));
		return super.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
	}

	@Override
	public R join() {
		boolean interrupted = false;
		while (!isDone()) {
			try {
				await(Long.MAX_VALUE);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return super.join();
	}

	/** Waits until it is done or for so long, and does what was left to whoever waits. */
	private void await(long nanos) throws InterruptedException {
		completeNow();
		if (isDone()) {
			return;
		}
		long begun = System.nanoTime();
		synchronized (this.gate) {
			this.waiting++;
		}
		try {
			if (!comesWithin(soon ? Math.min(nanos, LOOK_NANOS) : 0)) {
				watch();
				waitAtGate(nanos);
			}
		}
		finally {
			synchronized (this.gate) {
				this.waiting--;
			}
			// also where it was left to a thread that waits no longer
			completeNow();
		}
		boolean cameSoon = System.nanoTime() - begun < SOON_NANOS;
		if (soon != cameSoon) {
			soon = cameSoon;
		}
	}

	/** Looks for it without sleeping. */
	private boolean comesWithin(long nanos) {
		long begun = System.nanoTime();
		while (!isThere()) {
			if (System.nanoTime() - begun >= nanos) {
				return false;
			}
			Thread.onSpinWait();
		}
		return true;
	}

	/** Whether there is nothing to wait for. */
	private boolean isThere() {
		return isDone() || this.completion != null;
	}

	private void waitAtGate(long nanos) throws InterruptedException {
		long begun = System.nanoTime();
		long rest = nanos;
		synchronized (this.gate) {
			while (!isThere() && rest > 0) {
				// rounded up, as 0 would be for ever
				this.gate.wait(Math.min(rest, Long.MAX_VALUE - 999_999) / 1_000_000 + 1);
				rest = nanos - (System.nanoTime() - begun);
			}
		}
	}

	/** However it is completed, whoever waits learns of it. */
	private void watch() {
		synchronized (this.gate) {
			if (this.watched) {
				return;
			}
			this.watched = true;
		}
		whenComplete((result, failure) -> {
			synchronized (this.gate) {
				this.gate.notifyAll();
			}
		});
	}

}

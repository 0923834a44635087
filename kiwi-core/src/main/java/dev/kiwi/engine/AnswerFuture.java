package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

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

	/** Who is to complete it; whoever else waits does so as for any future. */
	private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();

	private final AtomicReference<@Nullable Runnable> completion = new AtomicReference<>();

	/** Of the thread that waits. */
	private boolean watched;

	/**
	 * Has the thread complete it that waits for it, or comes to wait before another gets
	 * to it. Never blocks. Called once.
	 * @param how completes it
	 * @param otherwise runs it where no thread waits
	 */
	final void completeBy(Runnable how, Executor otherwise) {
		this.completion.set(how);
		// who leaves without having seen it is not found here any more
		Thread thread = this.waiting.get();
		if (thread != null) {
			LockSupport.unpark(thread);
		}
		else {
			otherwise.execute(this::completeNow);
		}
	}

	private void completeNow() {
		Runnable left = this.completion.getAndSet(null);
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
		boolean waited = false;
		while (!waited) {
			try {
				await(Long.MAX_VALUE);
				waited = true;
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

	/**
	 * Waits until it is done or for so long, and does what was left to whoever waits. Not
	 * at all where another thread does already.
	 */
	private void await(long nanos) throws InterruptedException {
		completeNow();
		if (isDone() || !this.waiting.compareAndSet(null, Thread.currentThread())) {
			return;
		}
		long begun = System.nanoTime();
		try {
			if (!comesWithin(begun, soon ? Math.min(nanos, LOOK_NANOS) : 0)) {
				watch();
				sleep(begun, nanos);
			}
		}
		finally {
			this.waiting.set(null);
			// also where it was left to a thread that waits no longer
			completeNow();
		}
		boolean cameSoon = System.nanoTime() - begun < SOON_NANOS;
		if (soon != cameSoon) {
			soon = cameSoon;
		}
	}

	/** Looks for it without sleeping. */
	private boolean comesWithin(long begun, long nanos) {
		while (!isThere()) {
			if (System.nanoTime() - begun >= nanos) {
				return false;
			}
			Thread.onSpinWait();
		}
		return true;
	}

	private void sleep(long begun, long nanos) throws InterruptedException {
		while (!isThere()) {
			long rest = nanos - (System.nanoTime() - begun);
			if (rest <= 0) {
				return;
			}
			LockSupport.parkNanos(this, rest);
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
		}
	}

	/** Whether there is nothing to wait for. */
	private boolean isThere() {
		return isDone() || this.completion.get() != null;
	}

	/** However it is completed, whoever waits learns of it. */
	private void watch() {
		if (!this.watched) {
			this.watched = true;
			whenComplete((result, failure) -> LockSupport.unpark(this.waiting.get()));
		}
	}

}

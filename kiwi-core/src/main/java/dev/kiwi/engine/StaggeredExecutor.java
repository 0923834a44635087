package dev.kiwi.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on another executor, whose threads it wakes one after the other: each one
 * that begins wakes the next if there is more to do. A burst of short tasks is done by
 * the first of them, where a thread for each would cost more than the tasks; and a task
 * that blocks holds up nobody.
 */
final class StaggeredExecutor implements Executor {

	private static final Logger logger = LoggerFactory.getLogger(StaggeredExecutor.class);

	private final Executor executor;

	private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

	private final Executor later;

	/** Whether a thread was woken that has not begun yet, or is to be woken later. */
	private final AtomicBoolean starting = new AtomicBoolean();

	/**
	 * An executor.
	 * @param executor must not bound how much runs at once
	 * @param later tries again, after a while, to start a thread where there is no memory
	 * for it, or too many are there
	 */
	StaggeredExecutor(Executor executor, Executor later) {
		this.executor = executor;
		this.later = later;
	}

	@Override
	public void execute(Runnable task) {
		this.waiting.add(task);
		try {
			startOne();
		}
		catch (RejectedExecutionException ex) {
			// else one that runs has taken it
			if (this.waiting.remove(task)) {
				throw ex;
			}
		}
	}

	private void startOne() {
		if (this.starting.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::run);
			}
			catch (RejectedExecutionException ex) {
				this.starting.set(false);
				throw ex;
			}
			catch (Error ex) {
				logger.error("No thread can be started, which is tried again; what is to be done waits", ex);
				this.later.execute(this::startAgain);
			}
		}
	}

	private void startAgain() {
		this.starting.set(false);
		startNext();
	}

	private void run() {
		this.starting.set(false);
		for (Runnable task = this.waiting.poll(); task != null; task = this.waiting.poll()) {
			if (!this.waiting.isEmpty()) {
				startNext();
			}
			task.run();
			// an interrupt was meant for the task
			Thread.interrupted();
		}
	}

	private void startNext() {
		try {
			startOne();
		}
		catch (RejectedExecutionException ex) {
			// this thread does the rest, one after the other
			return;
		}
	}

}

package dev.kiwi.engine;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * What may befall a task while it is worked on. Each of it interrupts the handler's
 * thread, or cancels the stage that the handler returned.
 */
final class TaskSignals {

	private final Executor callbacks;

	private final Signal cancelled;

	private final Signal lost;

	private final Signal stopped;

	private @Nullable Thread handling;

	private @Nullable CompletionStage<?> finishing;

	private @Nullable TimeoutException stuck;

	/** Written by the handler, and cleared by the watchdog. */
	private volatile boolean alive;

	TaskSignals(Executor callbacks) {
		this.callbacks = callbacks;
		this.cancelled = new Signal(callbacks);
		this.lost = new Signal(callbacks);
		this.stopped = new Signal(callbacks);
	}

	/** Somebody wants it to end. */
	Signal cancelled() {
		return this.cancelled;
	}

	/** It is not this worker's any more. */
	Signal lost() {
		return this.lost;
	}

	/** This worker ends, and somebody else shall have it. */
	Signal stopped() {
		return this.stopped;
	}

	void cancel() {
		raise(this.cancelled);
	}

	void lose() {
		raise(this.lost);
	}

	void stop() {
		raise(this.stopped);
	}

	/** The handler says that it gets on. */
	void alive() {
		this.alive = true;
	}

	/** Whether the handler has said so since this was asked the last time. */
	boolean wasAlive() {
		boolean was = this.alive;
		this.alive = false;
		return was;
	}

	/** Why the handler was interrupted as stuck, or null. */
	@Nullable TimeoutException stuck() {
		synchronized (this) {
			return this.stuck;
		}
	}

	/** Interrupts the handler, which has been silent for too long. */
	void stuck(TimeoutException why) {
		CompletionStage<?> stage;
		synchronized (this) {
			if (isRaised() || this.stuck != null) {
				return;
			}
			this.stuck = why;
			if (this.handling != null) {
				this.handling.interrupt();
			}
			stage = this.finishing;
		}
		if (stage != null) {
			cancel(stage);
		}
	}

	/**
	 * Where the handler is.
	 * @return carries the stack of its thread, none where its stage is not complete; null
	 * where no handler is at work
	 */
	@Nullable Throwable position() {
		synchronized (this) {
			if (this.handling != null) {
				Throwable position = new Throwable("Stack of thread " + this.handling.getName());
				position.setStackTrace(this.handling.getStackTrace());
				return position;
			}
			if (!isHandling()) {
				return null;
			}
			Throwable position = new Throwable("On no thread of kiwi's: the stage that it returned is not complete");
			position.setStackTrace(new StackTraceElement[0]);
			return position;
		}
	}

	/** Whether a handler is at work. */
	boolean isHandling() {
		synchronized (this) {
			return this.handling != null || (this.finishing != null && !this.finishing.toCompletableFuture().isDone());
		}
	}

	/**
	 * A handler begins, on this thread.
	 * @return false if it must not any more
	 */
	boolean begin() {
		synchronized (this) {
			if (isRaised()) {
				return false;
			}
			this.stuck = null;
			this.handling = Thread.currentThread();
			return true;
		}
	}

	/** The handler has returned. */
	void end() {
		synchronized (this) {
			this.handling = null;
			// an interrupt meant for this task must not reach the next one on this thread
			Thread.interrupted();
		}
	}

	/** The handler has returned, and its work goes on elsewhere. */
	void finishing(CompletionStage<?> stage) {
		boolean late;
		synchronized (this) {
			this.finishing = stage;
			late = isRaised();
		}
		if (late) {
			cancel(stage);
		}
	}

	private boolean isRaised() {
		return this.cancelled.isRaised() || this.lost.isRaised() || this.stopped.isRaised();
	}

	private void raise(Signal signal) {
		CompletionStage<?> stage;
		synchronized (this) {
			if (!signal.raise()) {
				return;
			}
			if (this.handling != null) {
				this.handling.interrupt();
			}
			stage = this.finishing;
		}
		if (stage != null) {
			cancel(stage);
		}
	}

	/** What hangs on a stage of the user's is run by whoever cancels it. */
	private void cancel(CompletionStage<?> stage) {
		this.callbacks.execute(() -> {
			try {
				stage.toCompletableFuture().cancel(true);
			}
			catch (UnsupportedOperationException ex) {
				// a stage of the user's that cannot be cancelled ends by itself
				return;
			}
		});
	}

}

package dev.kiwi.engine;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * What may befall a task while it is worked on. Each of it interrupts the handler's
 * thread, or cancels the stage that the handler returned.
 */
final class TaskSignals {

	private final Signal cancelled;

	private final Signal lost;

	private final Signal stopped;

	private final Object monitor = new Object();

	private @Nullable Thread handling;

	private @Nullable CompletionStage<?> finishing;

	TaskSignals(Executor callbacks) {
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

	/**
	 * A handler begins, on this thread.
	 * @return false if it must not any more
	 */
	boolean begin() {
		synchronized (this.monitor) {
			if (isRaised()) {
				return false;
			}
			this.handling = Thread.currentThread();
			return true;
		}
	}

	/** The handler has returned. */
	void end() {
		synchronized (this.monitor) {
			this.handling = null;
			// an interrupt meant for this task must not reach the next one on this thread
			Thread.interrupted();
		}
	}

	/** The handler has returned, and its work goes on elsewhere. */
	void finishing(CompletionStage<?> stage) {
		boolean late;
		synchronized (this.monitor) {
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
		synchronized (this.monitor) {
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

	private static void cancel(CompletionStage<?> stage) {
		try {
			stage.toCompletableFuture().cancel(true);
		}
		catch (UnsupportedOperationException ex) {
			// a stage of the user's that cannot be cancelled ends by itself
			return;
		}
	}

}

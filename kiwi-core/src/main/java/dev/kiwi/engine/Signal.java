package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import dev.kiwi.Registration;

/**
 * Something that happens at most once, and who wants to hear of it.
 */
final class Signal {

	private final Executor callbacks;

	/** Empty for most. */
	private List<Runnable> actions = List.of();

	private boolean raised;

	/**
	 * A signal that was not raised.
	 * @param callbacks where actions run
	 */
	Signal(Executor callbacks) {
		this.callbacks = callbacks;
	}

	synchronized boolean isRaised() {
		return this.raised;
	}

	/**
	 * Raises it.
	 * @return whether that is the first time
	 */
	boolean raise() {
		List<Runnable> told;
		synchronized (this) {
			if (this.raised) {
				return false;
			}
			this.raised = true;
			told = List.copyOf(this.actions);
		}
		told.forEach(this.callbacks::execute);
		return true;
	}

	Registration on(Runnable action) {
		synchronized (this) {
			if (!this.raised) {
				if (this.actions.isEmpty()) {
					this.actions = new ArrayList<>(1);
				}
				this.actions.add(action);
				return () -> remove(action);
			}
		}
		this.callbacks.execute(action);
		return () -> {
		};
	}

	private synchronized void remove(Runnable action) {
		if (!this.actions.isEmpty()) {
			this.actions.remove(action);
		}
	}

}

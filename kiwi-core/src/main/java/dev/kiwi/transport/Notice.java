package dev.kiwi.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that is given at most once, and who wants to hear of it: what a delivery
 * promises by {@link TaskDelivery#onOwnershipLost} and {@link TaskDelivery#onCancelled}.
 * Thread-safe; actions run on the thread that gives it, or that comes too late.
 */
public final class Notice {

	private final List<Runnable> actions = new ArrayList<>();

	private boolean given;

	/**
	 * Calls back when it is given; at once if that is so already.
	 * @param action does not block or throw
	 */
	public void on(Runnable action) {
		synchronized (this.actions) {
			if (!this.given) {
				this.actions.add(action);
				return;
			}
		}
		action.run();
	}

	/**
	 * Gives it. A second call does nothing.
	 */
	public void give() {
		List<Runnable> told;
		synchronized (this.actions) {
			this.given = true;
			told = List.copyOf(this.actions);
			this.actions.clear();
		}
		told.forEach(Runnable::run);
	}

}

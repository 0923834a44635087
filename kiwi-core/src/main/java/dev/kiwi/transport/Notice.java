package dev.kiwi.transport;

import org.jspecify.annotations.Nullable;

/**
 * Something that is given at most once, and who wants to hear of it: what a delivery
 * promises by {@link TaskDelivery#onOwnershipLost} and {@link TaskDelivery#onCancelled}.
 * Thread-safe; actions run on the thread that gives it, or that comes too late.
 */
public final class Notice {

	private @Nullable Runnable actions;

	private boolean given;

	/**
	 * Calls back when it is given; at once if that is so already.
	 * @param action does not block or throw
	 */
	public void on(Runnable action) {
		synchronized (this) {
			if (!this.given) {
				Runnable before = this.actions;
				this.actions = (before != null) ? () -> {
					before.run();
					action.run();
				} : action;
				return;
			}
		}
		action.run();
	}

	/**
	 * Gives it. A second call does nothing.
	 */
	public void give() {
		Runnable told;
		synchronized (this) {
			this.given = true;
			told = this.actions;
			this.actions = null;
		}
		if (told != null) {
			told.run();
		}
	}

}

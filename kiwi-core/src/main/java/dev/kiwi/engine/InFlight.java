package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what runs, and tells when the last has ended after the door was closed.
 */
final class InFlight {

	/** Added to the count when the door is closed. */
	private static final int CLOSED = Integer.MIN_VALUE;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final AtomicInteger count = new AtomicInteger();

	/**
	 * Lets one in.
	 * @return false if the door is closed
	 */
	boolean enter() {
		return enter(Integer.MAX_VALUE);
	}

	/**
	 * Lets one in unless so many are in.
	 * @return false if they are, or the door is closed
	 */
	boolean enter(int most) {
		int now = this.count.get();
		while (now >= 0 && now < most) {
			if (this.count.compareAndSet(now, now + 1)) {
				return true;
			}
			now = this.count.get();
		}
		return false;
	}

	/** Whether {@link #enter(int)} would let one in now. */
	boolean hasRoom(int most) {
		int now = this.count.get();
		return now >= 0 && now < most;
	}

	void leave() {
		if (this.count.decrementAndGet() == CLOSED) {
			this.ended.complete(null);
		}
	}

	/**
	 * Closes the door.
	 * @return whether it was open
	 */
	boolean close() {
		int before = this.count.getAndUpdate((now) -> (now >= 0) ? now + CLOSED : now);
		if (before == 0) {
			this.ended.complete(null);
		}
		return before >= 0;
	}

	boolean isOpen() {
		return this.count.get() >= 0;
	}

	CompletableFuture<Void> ended() {
		return this.ended;
	}

}

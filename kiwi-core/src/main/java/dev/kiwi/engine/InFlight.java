package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;

/**
 * Counts what runs, and tells when the last has ended after the door was closed.
 */
final class InFlight {

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private int count;

	private volatile boolean closed;

	/**
	 * Lets one in.
	 * @return false if the door is closed
	 */
	synchronized boolean enter() {
		if (!this.closed) {
			this.count++;
		}
		return !this.closed;
	}

	void leave() {
		boolean last;
		synchronized (this) {
			last = --this.count == 0 && this.closed;
		}
		if (last) {
			this.ended.complete(null);
		}
	}

	/**
	 * Closes the door.
	 * @return whether it was open
	 */
	boolean close() {
		boolean first;
		boolean empty;
		synchronized (this) {
			first = !this.closed;
			this.closed = true;
			empty = this.count == 0;
		}
		if (empty) {
			this.ended.complete(null);
		}
		return first;
	}

	boolean isOpen() {
		return !this.closed;
	}

	CompletableFuture<Void> ended() {
		return this.ended;
	}

}

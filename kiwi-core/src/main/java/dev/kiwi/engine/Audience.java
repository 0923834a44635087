package dev.kiwi.engine;

import dev.kiwi.BroadcastFilter;

/**
 * The subscribers of one filter. What passes it is said once for all of them, whom it
 * costs no more to tell the more they are; each goes through it at a pace of its own.
 * Thread-safe.
 */
final class Audience {

	private final BroadcastFilter filter;

	private int size;

	private Place end = new Place();

	Audience(BroadcastFilter filter) {
		this.filter = filter;
	}

	BroadcastFilter filter() {
		return this.filter;
	}

	/** Lets somebody in, who hears what is said from now on. */
	synchronized void join(BroadcastSubscriber<?> subscriber) {
		this.size++;
		subscriber.hearFrom(this.end);
	}

	/**
	 * Lets somebody out, who still has to pass what was said until now.
	 * @return whether nobody is left
	 */
	synchronized boolean leave(BroadcastSubscriber<?> subscriber) {
		this.size--;
		subscriber.hearUntil(this.end);
		return this.size == 0;
	}

	/** Says something to all who are here. */
	synchronized void tell(Hearing hearing) {
		if (this.size > 0) {
			hearing.expect(this.size);
			this.end = this.end.say(hearing);
		}
	}

}

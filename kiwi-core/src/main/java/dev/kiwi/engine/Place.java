package dev.kiwi.engine;

import org.jspecify.annotations.Nullable;

/**
 * A place in what an audience is told, empty until something is said there. Whoever is up
 * to date stands at the last, empty one; so what all have passed is held by nobody.
 */
final class Place {

	private final long number;

	private @Nullable Hearing said;

	private volatile @Nullable Place next;

	Place(long number) {
		this.number = number;
	}

	/** Whether it comes before another one. */
	boolean isBefore(Place other) {
		return this.number < other.number;
	}

	/**
	 * Says something here. Called once, under the audience's lock.
	 * @return the place after it
	 */
	Place say(Hearing hearing) {
		Place following = new Place(this.number + 1);
		this.said = hearing;
		this.next = following;
		return following;
	}

	/**
	 * The place after it, null where nothing is said here yet, and where all have passed.
	 */
	@Nullable Place next() {
		return this.next;
	}

	/**
	 * All have passed. It leads nowhere from then on: else one that the garbage collector
	 * has come to take for old would keep all that was said after it until it looks at
	 * what is old.
	 */
	void passed() {
		this.said = null;
		this.next = null;
	}

	/** What is said here, once there is a next place, until all have passed. */
	@Nullable Hearing said() {
		return this.said;
	}

}

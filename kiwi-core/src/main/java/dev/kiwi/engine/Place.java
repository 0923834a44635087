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

	/** The place after it, null where nothing is said here yet. */
	@Nullable Place next() {
		return this.next;
	}

	/** What is said here, once there is a next place. */
	@Nullable Hearing said() {
		return this.said;
	}

}

package dev.kiwi.engine;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

import dev.kiwi.BroadcastFilter;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one filter. What passes it is said once for all of them, and a
 * thread that goes through them lets each hear it who stands there. Thread-safe.
 */
final class Audience {

	private final BroadcastFilter filter;

	private volatile BroadcastSubscriber<?>[] members = {};

	private Place end = new Place(0);

	Audience(BroadcastFilter filter) {
		this.filter = filter;
	}

	BroadcastFilter filter() {
		return this.filter;
	}

	/** Lets somebody in, who hears what is said from now on. */
	synchronized void join(BroadcastSubscriber<?> subscriber) {
		subscriber.hearFrom(this.end);
		BroadcastSubscriber<?>[] more = Arrays.copyOf(this.members, this.members.length + 1);
		more[this.members.length] = subscriber;
		this.members = more;
	}

	/**
	 * Lets somebody out, who passes what was said until now.
	 * @return whether nobody is left
	 */
	boolean leave(BroadcastSubscriber<?> subscriber) {
		BroadcastSubscriber<?>[] rest;
		synchronized (this) {
			rest = Arrays.stream(this.members)
				.filter((member) -> member != subscriber)
				.toArray(BroadcastSubscriber<?>[]::new);
			this.members = rest;
			subscriber.passUntil(this.end);
		}
		return rest.length == 0;
	}

	/** Says something to all who are here. */
	synchronized void tell(Hearing hearing) {
		if (this.members.length > 0) {
			hearing.expect(this.members.length, this.end);
			this.end = this.end.say(hearing);
		}
	}

	/**
	 * Lets all hear what waits for them, unless others see to that, or they are stuck.
	 * @param more called before somebody hears who could keep this thread while others
	 * wait
	 * @param others whether somebody of another audience waits for this thread
	 */
	void hear(Runnable more, BooleanSupplier others) {
		BroadcastSubscriber<?>[] all = this.members;
		Place place = furthestBehind(all);
		if (place == null) {
			return;
		}
		LogKeys keys = LogKeys.broadcast();
		while (place != null) {
			Hearing hearing = place.said();
			for (Place next = place.next(); next != null && hearing != null; next = place.next()) {
				hearing.passed(hear(all, place, next, hearing, keys, more, others));
				place = next;
				hearing = place.said();
			}
			place = furthestBehind(all);
		}
		keys.restore();
	}

	/** Whether somebody could hear something now. */
	boolean isWaiting() {
		return furthestBehind(this.members) != null;
	}

	/** How many have heard on this thread what is said at one place. */
	private static int hear(BroadcastSubscriber<?>[] all, Place place, Place next, Hearing hearing, LogKeys keys,
			Runnable more, BooleanSupplier others) {
		int heard = 0;
		for (int index = 0; index < all.length; index++) {
			BroadcastSubscriber<?> member = all[index];
			if (member.isAt(place)) {
				if (index < all.length - 1 || next.next() != null || others.getAsBoolean()) {
					more.run();
				}
				heard += member.hear(place, next, hearing, keys) ? 1 : 0;
			}
		}
		return heard;
	}

	private static @Nullable Place furthestBehind(BroadcastSubscriber<?>[] all) {
		Place furthest = null;
		for (BroadcastSubscriber<?> member : all) {
			Place place = member.ready();
			if (place != null && (furthest == null || place.isBefore(furthest))) {
				furthest = place;
			}
		}
		return furthest;
	}

}

package dev.kiwi.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which reply.
 *
 * @param <W> the waiting
 */
final class PendingReplies<W extends PendingReplies.Waiting> {

	private final Map<String, W> waiting = new ConcurrentHashMap<>();

	void add(String id, W waiter) {
		this.waiting.put(id, waiter);
	}

	/**
	 * Adds somebody who waits, or joins them to who waits for the same already.
	 * @return whether somebody did
	 */
	<J extends W> boolean join(String id, J waiter, BiConsumer<W, J> joining) {
		return this.waiting.compute(id, (key, present) -> {
			if (present != null) {
				joining.accept(present, waiter);
			}
			return (present != null) ? present : waiter;
		}) != waiter;
	}

	@Nullable W remove(String id) {
		return this.waiting.remove(id);
	}

	/**
	 * Hands a reply to whoever waits for it.
	 * @return false if nobody does
	 */
	boolean replied(Reply reply) {
		W waiter = reply.kind().isFinal() ? this.waiting.remove(reply.correlationId())
				: this.waiting.get(reply.correlationId());
		if (waiter == null) {
			return false;
		}
		waiter.replied(reply);
		return true;
	}

	/** How many wait. */
	int size() {
		return this.waiting.size();
	}

	/** Ends the waiting of all with a failure made for each. */
	void failAll(Function<W, Throwable> failure) {
		for (String id : this.waiting.keySet()) {
			W waiter = this.waiting.remove(id);
			if (waiter != null) {
				waiter.failed(failure.apply(waiter));
			}
		}
	}

	/**
	 * Somebody who waits.
	 */
	interface Waiting {

		/** A reply has come. Called on a thread of the transport's. */
		void replied(Reply reply);

		/** There will be no reply. Called once, and by any thread. */
		void failed(Throwable failure);

	}

}

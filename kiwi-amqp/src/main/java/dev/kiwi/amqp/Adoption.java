package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * One reply queue that is read for somebody else, until nothing in it is waited for. What
 * nobody asked for stays unacknowledged, and goes back.
 */
final class Adoption {

	/** How many results may wait here to be asked for. */
	private static final int PREFETCH = 10_000;

	private final Predicate<Incoming> tell;

	private final Consumer<Adoption> onEnd;

	private final Set<String> followed = new HashSet<>();

	private final Map<String, List<Incoming>> unclaimed = new HashMap<>();

	private final Consumption consumption;

	private boolean ended;

	/**
	 * An adoption, begun.
	 * @param tell tells of a reply, and whether it was the last one of its task
	 * @param onEnd told when nothing is followed any more
	 */
	Adoption(Amqp amqp, String queue, Predicate<Incoming> tell, Consumer<Adoption> onEnd) {
		this.tell = tell;
		this.onEnd = onEnd;
		this.consumption = amqp.consume(queue, (connection) -> Consumption.Declared.exclusive(queue), PREFETCH,
				this::replied);
		this.consumption.ready().whenComplete((nothing, failure) -> {
			if (failure != null) {
				end();
			}
		});
	}

	/** Tells what there is of a task, and what comes; null where this has ended. */
	@Nullable CompletableFuture<Void> follow(String id) {
		synchronized (this) {
			if (this.ended && !this.consumption.ready().isCompletedExceptionally()) {
				return null;
			}
			this.followed.add(id);
		}
		return this.consumption.ready().thenRun(() -> claim(id));
	}

	private void claim(String id) {
		List<Incoming> waiting;
		synchronized (this) {
			waiting = this.unclaimed.remove(id);
		}
		if (waiting != null) {
			waiting.forEach((incoming) -> told(id, incoming));
		}
	}

	private void replied(Incoming incoming) {
		String id = String.valueOf(incoming.properties().getCorrelationId());
		boolean over;
		synchronized (this) {
			over = this.ended;
			if (!over && !this.followed.contains(id)) {
				this.unclaimed.computeIfAbsent(id, (absent) -> new ArrayList<>()).add(incoming);
				incoming.onLost(() -> lost(id, incoming));
				return;
			}
		}
		if (over) {
			incoming.giveBack();
		}
		else {
			told(id, incoming);
		}
	}

	private void told(String id, Incoming incoming) {
		boolean last = this.tell.test(incoming);
		boolean over;
		synchronized (this) {
			over = last && this.followed.remove(id) && this.followed.isEmpty();
			this.ended |= over;
		}
		if (over) {
			end();
		}
	}

	/** It comes again. */
	private synchronized void lost(String id, Incoming incoming) {
		List<Incoming> waiting = this.unclaimed.get(id);
		if (waiting != null && waiting.remove(incoming) && waiting.isEmpty()) {
			this.unclaimed.remove(id);
		}
	}

	private void end() {
		this.onEnd.accept(this);
		List<Incoming> rest = new ArrayList<>();
		synchronized (this) {
			this.ended = true;
			this.unclaimed.values().forEach(rest::addAll);
			this.unclaimed.clear();
		}
		this.consumption.close();
		rest.forEach(Incoming::giveBack);
	}

}

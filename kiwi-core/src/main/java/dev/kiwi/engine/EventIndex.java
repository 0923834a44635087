package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.Gap;
import org.jspecify.annotations.Nullable;

/**
 * The last that events tell of each task, bounded by number and age. Where there are too
 * many, those that are over are forgotten first, and those that changed the longest ago.
 * Thread-safe.
 */
final class EventIndex {

	private static final int MAX_GAPS = 20;

	private final int max;

	private final Duration kept;

	/** In the order of their last change. */
	private final Map<String, Known> open = new LinkedHashMap<>();

	private final Map<String, Known> over = new LinkedHashMap<>();

	private final Deque<Gap> gaps = new ArrayDeque<>();

	private long forgotten;

	EventIndex(int max, Duration kept) {
		this.max = max;
		this.kept = kept;
	}

	synchronized void add(Change change) {
		long oldest = oldest();
		if (change.at() < oldest || !change.supersedes(find(change.id()))) {
			return;
		}
		this.open.remove(change.id());
		this.over.remove(change.id());
		(change.isOver() ? this.over : this.open).put(change.id(), new Known(change, System.nanoTime()));
		expire(this.open, oldest);
		expire(this.over, oldest);
		if (this.open.size() + this.over.size() > this.max) {
			Iterator<Known> eldest = (this.over.isEmpty() ? this.open : this.over).values().iterator();
			eldest.next();
			eldest.remove();
			this.forgotten++;
		}
	}

	synchronized void add(Gap gap) {
		this.gaps.add(gap);
		if (this.gaps.size() > MAX_GAPS) {
			this.gaps.remove();
		}
	}

	/** What is known of a task, or null. */
	synchronized @Nullable Change find(String id) {
		Known known = known(id);
		return (known != null && known.change().at() >= oldest()) ? known.change() : null;
	}

	/**
	 * Whether something was heard of a task since a moment.
	 * @param nanos by {@link System#nanoTime()}
	 */
	synchronized boolean isHeardSince(String id, long nanos) {
		Known known = known(id);
		return known != null && known.heard() - nanos >= 0;
	}

	/** Those that match, unordered. */
	synchronized List<Change> all(Predicate<Change> wanted) {
		long oldest = oldest();
		return Stream.of(this.open, this.over)
			.flatMap((known) -> known.values().stream())
			.map(Known::change)
			.filter((change) -> change.at() >= oldest && wanted.test(change))
			.toList();
	}

	/** Where events are missing, as far as that is not too long ago. */
	synchronized List<Gap> gaps() {
		this.gaps.removeIf((gap) -> gap.until() < oldest());
		return new ArrayList<>(this.gaps);
	}

	/** How many tasks were forgotten as there were too many. */
	synchronized long forgotten() {
		return this.forgotten;
	}

	int max() {
		return this.max;
	}

	private @Nullable Known known(String id) {
		Known known = this.open.get(id);
		return (known != null) ? known : this.over.get(id);
	}

	private long oldest() {
		return System.currentTimeMillis() - this.kept.toMillis();
	}

	private static void expire(Map<String, Known> known, long oldest) {
		Iterator<Known> eldest = known.values().iterator();
		while (eldest.hasNext() && eldest.next().change().at() < oldest) {
			eldest.remove();
		}
	}

	/**
	 * What is known of a task.
	 *
	 * @param change the last that happened to it
	 * @param heard when that was heard here, by {@link System#nanoTime()}
	 */
	private record Known(Change change, long heard) {

	}

}

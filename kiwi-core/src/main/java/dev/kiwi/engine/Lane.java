package dev.kiwi.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on items in their order, at most so many at once, on an executor that is shared
 * with other lanes. An item occupies its place until the stage of its work completes. How
 * many may wait is bounded by whoever offers: by prefetch, or by what is awaited. Threads
 * are asked for one after the other: each that takes an item asks for the next if there
 * is more to do, so that a burst of short items does not cost a thread each.
 *
 * @param <T> what is worked on
 */
final class Lane<T> {

	private static final Logger logger = LoggerFactory.getLogger(Lane.class);

	private final Executor executor;

	private final int width;

	private final Function<T, @Nullable CompletionStage<?>> work;

	private final Deque<T> waiting = new ArrayDeque<>();

	private int occupied;

	/** Whether a place is taken for a thread that has not begun yet. */
	private boolean starting;

	/**
	 * A lane.
	 * @param executor where work is done
	 * @param width how many items are worked on at once
	 * @param work does it; null or a completed stage frees the place at once
	 */
	Lane(Executor executor, int width, Function<T, @Nullable CompletionStage<?>> work) {
		this.executor = executor;
		this.width = width;
		this.work = work;
	}

	void offer(T item) {
		boolean start;
		synchronized (this.waiting) {
			this.waiting.add(item);
			start = takesPlace();
		}
		if (start) {
			drainElsewhere(true);
		}
	}

	/**
	 * Takes back what has not begun.
	 * @return the items, in their order
	 */
	List<T> clear() {
		synchronized (this.waiting) {
			List<T> items = new ArrayList<>(this.waiting);
			this.waiting.clear();
			return items;
		}
	}

	/** Under the lock: whether another thread is to be asked for. */
	private boolean takesPlace() {
		if (this.starting || this.waiting.isEmpty() || this.occupied == this.width) {
			return false;
		}
		this.occupied++;
		this.starting = true;
		return true;
	}

	private void drainElsewhere(boolean isFirst) {
		try {
			this.executor.execute(() -> drain(isFirst));
		}
		catch (RejectedExecutionException ex) {
			synchronized (this.waiting) {
				this.occupied--;
				this.starting &= !isFirst;
			}
			logger.warn("The executor takes no more work; what waits here is left to whoever comes next", ex);
		}
	}

	private void drain(boolean isFirst) {
		boolean first = isFirst;
		while (true) {
			T item;
			boolean start;
			synchronized (this.waiting) {
				this.starting &= !first;
				first = false;
				item = this.waiting.poll();
				if (item == null) {
					this.occupied--;
					return;
				}
				start = takesPlace();
			}
			if (start) {
				drainElsewhere(true);
			}
			CompletionStage<?> stage = begin(item);
			if (stage != null && !stage.toCompletableFuture().isDone()) {
				stage.whenComplete((result, failure) -> drainElsewhere(false));
				return;
			}
		}
	}

	private @Nullable CompletionStage<?> begin(T item) {
		try {
			return this.work.apply(item);
		}
		catch (Throwable ex) {
			logger.error("Unexpected failure while handling a message", ex);
			return null;
		}
		finally {
			// an interrupt was meant for this item
			Thread.interrupted();
		}
	}

}

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
 * many may wait is bounded by whoever offers: by prefetch, or by what is awaited.
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
		synchronized (this.waiting) {
			this.waiting.add(item);
			if (this.occupied == this.width) {
				return;
			}
			this.occupied++;
		}
		drainElsewhere();
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

	private void drainElsewhere() {
		try {
			this.executor.execute(this::drain);
		}
		catch (RejectedExecutionException ex) {
			synchronized (this.waiting) {
				this.occupied--;
			}
			logger.warn("The executor takes no more work; what waits here is left to whoever comes next", ex);
		}
	}

	private void drain() {
		while (true) {
			T item;
			synchronized (this.waiting) {
				item = this.waiting.poll();
				if (item == null) {
					this.occupied--;
					return;
				}
			}
			CompletionStage<?> stage = begin(item);
			if (stage != null && !stage.toCompletableFuture().isDone()) {
				stage.whenComplete((result, failure) -> drainElsewhere());
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
	}

}

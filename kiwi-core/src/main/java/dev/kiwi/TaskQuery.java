package dev.kiwi;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Which tasks are wanted. All that is said must hold.
 *
 * @param queue their queue, or null for any
 * @param states where they are, empty for anywhere
 * @param worker the {@linkplain WorkerInfo#instance() instance} that has them, or null
 * for any
 * @param key their unique key, or null for any
 * @param olderThan for how long they are at least where they are, or null for any time. A
 * running task is as old as it was due, and what waits for its time has no age
 * @param limit how many at most, 1 to {@value #MAX_LIMIT}; a page may have fewer though
 * there is a next one
 * @param after where to go on, from {@link TaskPage#next()}, or null for the beginning
 */
public record TaskQuery(@Nullable String queue, Set<TaskState> states, @Nullable String worker, @Nullable String key,
		@Nullable Duration olderThan, int limit, @Nullable String after) {

	/**
	 * How many tasks a page has at most.
	 */
	public static final int MAX_LIMIT = 1_000;

	private static final int LIMIT = 100;

	public TaskQuery {
		states = Set.copyOf(states);
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException("A page of tasks has a limit of 1 to " + MAX_LIMIT + ", not " + limit);
		}
	}

	/**
	 * All tasks, 100 at a time.
	 * @return the query
	 */
	public static TaskQuery all() {
		return new TaskQuery(null, Set.of(), null, null, null, LIMIT, null);
	}

	/**
	 * Only those of a queue.
	 * @param queue the queue, or null for any
	 * @return the query
	 */
	public TaskQuery inQueue(@Nullable String queue) {
		return new TaskQuery(queue, this.states, this.worker, this.key, this.olderThan, this.limit, this.after);
	}

	/**
	 * Only those in one of some states.
	 * @param states the states, none for any
	 * @return the query
	 */
	public TaskQuery inState(TaskState... states) {
		return new TaskQuery(this.queue, Set.copyOf(List.of(states)), this.worker, this.key, this.olderThan, this.limit,
				this.after);
	}

	/**
	 * Only those that a worker has.
	 * @param instance the worker's instance, or null for any
	 * @return the query
	 */
	public TaskQuery onWorker(@Nullable String instance) {
		return new TaskQuery(this.queue, this.states, instance, this.key, this.olderThan, this.limit, this.after);
	}

	/**
	 * Only those of a key.
	 * @param key the key, or null for any
	 * @return the query
	 */
	public TaskQuery withKey(@Nullable String key) {
		return new TaskQuery(this.queue, this.states, this.worker, key, this.olderThan, this.limit, this.after);
	}

	/**
	 * Only those that have been where they are for a while.
	 * @param age for how long at least, or null for any time
	 * @return the query
	 */
	public TaskQuery olderThan(@Nullable Duration age) {
		return new TaskQuery(this.queue, this.states, this.worker, this.key, age, this.limit, this.after);
	}

	/**
	 * Only so many.
	 * @param limit how many at most, 1 to {@value #MAX_LIMIT}
	 * @return the query
	 */
	public TaskQuery withLimit(int limit) {
		return new TaskQuery(this.queue, this.states, this.worker, this.key, this.olderThan, limit, this.after);
	}

	/**
	 * Goes on where a page ended.
	 * @param next from {@link TaskPage#next()}, or null for the beginning
	 * @return the query
	 */
	public TaskQuery after(@Nullable String next) {
		return new TaskQuery(this.queue, this.states, this.worker, this.key, this.olderThan, this.limit, next);
	}

}

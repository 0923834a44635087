package dev.kiwi;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A piece of work to send.
 *
 * @param queue the queue, or null for the default queue
 * ({@code kiwi.tasks.default-queue})
 * @param payload what the handler receives; null is allowed
 * @param headers passed along unchanged; names must not start with {@code kiwi-}
 * @param options when and how it is to be run
 */
public record Task(@Nullable String queue, @Nullable Object payload, Map<String, String> headers, TaskOptions options) {

	public Task {
		headers = Map.copyOf(headers);
	}

	/**
	 * A task for the default queue.
	 * @param payload the payload
	 * @return the task
	 */
	public static Task of(@Nullable Object payload) {
		return new Task(null, payload, Map.of(), TaskOptions.NONE);
	}

	/**
	 * A task for a queue.
	 * @param queue the queue
	 * @param payload the payload
	 * @return the task
	 */
	public static Task of(String queue, @Nullable Object payload) {
		return new Task(queue, payload, Map.of(), TaskOptions.NONE);
	}

	/**
	 * This task with one more header.
	 * @param name the header's name
	 * @param value its value
	 * @return the task
	 */
	public Task withHeader(String name, String value) {
		Map<String, String> extended = new TreeMap<>(this.headers);
		extended.put(name, value);
		return new Task(this.queue, this.payload, extended, this.options);
	}

	/**
	 * This task, not to be given to a worker before a while has passed since it was sent.
	 * @param delay how long, up to {@link TaskOptions#MAX_DELAY}
	 * @return the task
	 */
	public Task withDelay(Duration delay) {
		return with(
				new TaskOptions(delay, null, this.options.timeToLive(), this.options.priority(), this.options.key()));
	}

	/**
	 * This task, not to be given to a worker before an instant, by the sender's clock.
	 * @param instant when, up to {@link TaskOptions#MAX_DELAY} ahead; one that has passed
	 * means at once
	 * @return the task
	 */
	public Task withStartAt(Instant instant) {
		return with(new TaskOptions(Duration.ZERO, instant, this.options.timeToLive(), this.options.priority(),
				this.options.key()));
	}

	/**
	 * This task, of no use if no worker has begun it in time: it is not run then, and its
	 * sender's result fails with {@link TaskExpiredException}.
	 * @param timeToLive how long after its delay, more than zero; measured by the clocks
	 * of sender and worker, which should agree
	 * @return the task
	 */
	public Task withTimeToLive(Duration timeToLive) {
		return with(new TaskOptions(this.options.delay(), this.options.startAt(), timeToLive, this.options.priority(),
				this.options.key()));
	}

	/**
	 * This task, before those of its queue that are less urgent, as far as the transport
	 * has levels for that.
	 * @param priority 0 to 9, the highest is the most urgent; 0 where nothing is said
	 * @return the task
	 */
	public Task withPriority(int priority) {
		return with(new TaskOptions(this.options.delay(), this.options.startAt(), this.options.timeToLive(), priority,
				this.options.key()));
	}

	/**
	 * This task, unless one of the same key waits or runs in its queue: then no second
	 * one is made, and what is sent stands for the first. Needs a transport that can
	 * promise it, others throw {@link NotSupportedByTransportException}.
	 * @param key 1 to 200 of the characters that a queue's name may have
	 * @return the task
	 */
	public Task withKey(String key) {
		return with(new TaskOptions(this.options.delay(), this.options.startAt(), this.options.timeToLive(),
				this.options.priority(), key));
	}

	private Task with(TaskOptions changed) {
		return new Task(this.queue, this.payload, this.headers, changed);
	}

}

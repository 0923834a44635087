package dev.kiwi;

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
 */
public record Task(@Nullable String queue, @Nullable Object payload, Map<String, String> headers) {

	public Task {
		headers = Map.copyOf(headers);
	}

	/**
	 * A task for the default queue.
	 * @param payload the payload
	 * @return the task
	 */
	public static Task of(@Nullable Object payload) {
		return new Task(null, payload, Map.of());
	}

	/**
	 * A task for a queue.
	 * @param queue the queue
	 * @param payload the payload
	 * @return the task
	 */
	public static Task of(String queue, @Nullable Object payload) {
		return new Task(queue, payload, Map.of());
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
		return new Task(this.queue, this.payload, extended);
	}

}

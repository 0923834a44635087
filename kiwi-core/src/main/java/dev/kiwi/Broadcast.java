package dev.kiwi;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Something to tell everyone.
 *
 * @param subject what it is about, at most 255 bytes of UTF-8, or null
 * @param body the body, or null
 * @param sender who says it, at most 255 bytes of UTF-8, or null
 * @param correlationId what it belongs to, or null
 * @param headers passed along unchanged; names must not start with {@code kiwi-}
 */
public record Broadcast(@Nullable String subject, @Nullable Object body, @Nullable String sender,
		@Nullable String correlationId, Map<String, String> headers) {

	public Broadcast {
		headers = Map.copyOf(headers);
	}

	/**
	 * A broadcast about a subject.
	 * @param subject the subject, or null
	 * @param body the body, or null
	 * @return the broadcast
	 */
	public static Broadcast of(@Nullable String subject, @Nullable Object body) {
		return new Broadcast(subject, body, null, null, Map.of());
	}

	/**
	 * This broadcast with a sender.
	 * @param sender who says it
	 * @return the broadcast
	 */
	public Broadcast from(@Nullable String sender) {
		return new Broadcast(this.subject, this.body, sender, this.correlationId, this.headers);
	}

	/**
	 * This broadcast as part of something.
	 * @param correlationId what it belongs to
	 * @return the broadcast
	 */
	public Broadcast withCorrelationId(@Nullable String correlationId) {
		return new Broadcast(this.subject, this.body, this.sender, correlationId, this.headers);
	}

	/**
	 * This broadcast with one more header.
	 * @param name the header's name
	 * @param value its value
	 * @return the broadcast
	 */
	public Broadcast withHeader(String name, String value) {
		Map<String, String> extended = new TreeMap<>(this.headers);
		extended.put(name, value);
		return new Broadcast(this.subject, this.body, this.sender, this.correlationId, extended);
	}

}

package dev.kiwi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a listener may know of a broadcast.
 *
 * @param id the broadcast's id
 * @param subject what it is about, or null
 * @param sender who said it, or null
 * @param correlationId what it belongs to, or null
 * @param headers the sender's headers
 */
public record BroadcastContext(String id, @Nullable String subject, @Nullable String sender,
		@Nullable String correlationId, Map<String, String> headers) {

}

package dev.kiwi.transport;

import org.jspecify.annotations.Nullable;

/**
 * A broadcast as transports see it.
 *
 * @param subject what it is about, or null
 * @param sender who says it, or null
 * @param correlationId what it belongs to, or null
 * @param envelope its id, headers and body
 */
public record BroadcastEnvelope(@Nullable String subject, @Nullable String sender, @Nullable String correlationId,
		Envelope envelope) {

}

package dev.kiwi.boot.listener;

import org.jspecify.annotations.Nullable;

/**
 * How an annotated method stands with the server.
 *
 * @param method the method, as logs name it
 * @param annotation the simple name of its annotation
 * @param identifier the queue, RPC identifier or filter that it is subscribed to
 * @param isReady whether messages reach the method now
 * @param failure why they do not and will not, or null
 */
public record SubscriberStatus(String method, String annotation, String identifier, boolean isReady,
		@Nullable String failure) {

}

package dev.kiwi;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Tells everyone who listens.
 */
public interface BroadcastOperations {

	/**
	 * Tells everyone who listens to a subject.
	 * @param subject the subject
	 * @param body the body, or null
	 * @return see {@link #sendBroadcast(Broadcast)}
	 */
	default CompletableFuture<Void> sendBroadcast(String subject, @Nullable Object body) {
		return sendBroadcast(Broadcast.of(subject, body));
	}

	/**
	 * Tells everyone who listens now. Nothing is kept for who begins to listen later: at
	 * most what is still on its way is heard then, by a process that listens already.
	 * @param broadcast the broadcast
	 * @return completes on kiwi's executor when the transport has taken it, also when
	 * nobody listens; fails with {@link DeliveryFailedException}
	 */
	CompletableFuture<Void> sendBroadcast(Broadcast broadcast);

	/**
	 * Listens to what passes a filter.
	 * @param <T> the body's type
	 * @param filter the filter
	 * @param bodyType what bodies are read as
	 * @param handler hears them, in the order of each sender; its exceptions are logged
	 * and affect nobody else
	 * @return the subscription
	 */
	default <T> Subscription addBroadcastSubscriber(BroadcastFilter filter, Class<T> bodyType,
			BroadcastHandler<T> handler) {
		return addBroadcastSubscriber(filter, TypeRef.of(bodyType), handler);
	}

	/**
	 * Listens to what passes a filter.
	 * @param <T> the body's type
	 * @param filter the filter
	 * @param bodyType what bodies are read as
	 * @param handler hears them, in the order of each sender; its exceptions are logged
	 * and affect nobody else
	 * @return the subscription
	 */
	<T> Subscription addBroadcastSubscriber(BroadcastFilter filter, TypeRef<T> bodyType, BroadcastHandler<T> handler);

}

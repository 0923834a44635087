package dev.kiwi.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;

/**
 * Carries words: calls with their replies, and broadcasts.
 */
public interface MessageTransport {

	/**
	 * Calls whoever serves an identifier; replies come to
	 * {@link TransportListener#rpcReply}.
	 * @param identifier the identifier
	 * @param request the request; the transport sees to its own reply address
	 * @param timeToLive after this a request that nobody has begun is dropped
	 * @return completes when the request was taken; fails with
	 * {@link dev.kiwi.UnroutableException} where it is known by then that nobody serves
	 * the identifier, and with {@link dev.kiwi.DeliveryFailedException} otherwise. What
	 * turns out later comes to {@link TransportListener#rpcUnroutable}, as soon as it
	 * does; a reply may come first
	 */
	CompletableFuture<Void> call(String identifier, Envelope request, Duration timeToLive);

	/**
	 * Serves an identifier.
	 * @param endpoint the identifier, and whether nobody else may serve it
	 * @param prefetch how many unanswered requests may be out at once, at least 1
	 * @param listener takes each request, without blocking or throwing
	 * @return the subscription; {@code ready()} fails with
	 * {@link dev.kiwi.DuplicateSubscriberIdentifierException} where somebody else holds
	 * it; {@code ended()} completes when all that was given out is answered
	 */
	Subscription serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener);

	/**
	 * Tells everyone.
	 * @param broadcast the broadcast
	 * @return completes when the transport has taken it, also where nobody listens; fails
	 * with {@link dev.kiwi.DeliveryFailedException}
	 */
	CompletableFuture<Void> publish(BroadcastEnvelope broadcast);

	/**
	 * Says what this communicator wants to hear, replacing what was said before. The
	 * transport may let more pass than was asked for, never less.
	 * @param filters the filters of all subscribers, empty to hear nothing
	 * @param listener takes each broadcast, without blocking or throwing; the stage it
	 * returns completes when the broadcast was heard by all, and bounds how many are out
	 * at once; the same instance each time
	 * @return completes when it holds
	 */
	CompletionStage<Void> listen(Collection<BroadcastFilter> filters, BroadcastListener listener);

	/**
	 * Whether broadcasts reach the listener now.
	 * @return false while the connection is away, and where nothing is listened to
	 */
	boolean isListening();

	/**
	 * Takes broadcasts.
	 */
	@FunctionalInterface
	interface BroadcastListener {

		/**
		 * Takes one broadcast.
		 * @param broadcast the broadcast
		 * @return completes when it was heard by all; never fails
		 */
		CompletionStage<Void> heard(BroadcastEnvelope broadcast);

	}

}

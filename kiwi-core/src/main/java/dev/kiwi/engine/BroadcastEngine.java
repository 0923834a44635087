package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.BroadcastHandler;
import dev.kiwi.BroadcastOperations;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.MessageTransport;

/**
 * Broadcasts: one stream from the transport, handed to the subscribers of this process
 * whose filter it passes.
 */
final class BroadcastEngine implements BroadcastOperations {

	private static final CompletionStage<Void> HEARD = CompletableFuture.completedStage(null);

	private final EngineContext context;

	private final MessageTransport transport;

	private final List<BroadcastSubscriber<?>> subscribers = new CopyOnWriteArrayList<>();

	BroadcastEngine(EngineContext context, MessageTransport transport) {
		this.context = context;
		this.transport = transport;
	}

	@Override
	public CompletableFuture<Void> sendBroadcast(Broadcast broadcast) {
		this.context.requireOpen();
		Identifiers.subject(broadcast.subject());
		Identifiers.sender(broadcast.sender());
		Identifiers.headers(broadcast.headers());
		String id = this.context.newId();
		byte[] body = this.context.payloads()
			.encode(broadcast.body(), "The body of broadcast " + id + " on '" + broadcast.subject() + "'");
		Envelope envelope = new Envelope(id, null, this.context.payloads().contentType(), broadcast.headers(), body);
		ObservedSending sending = ObservedSending.begin(this.context.observer(), MessageKind.BROADCAST,
				(broadcast.subject() != null) ? broadcast.subject() : "", envelope);
		return this.context.forUser(sending.endsWith(this.transport.publish(new BroadcastEnvelope(broadcast.subject(),
				broadcast.sender(), broadcast.correlationId(), sending.marked(envelope)))));
	}

	@Override
	public <T> EngineSubscription addBroadcastSubscriber(BroadcastFilter filter, TypeRef<T> bodyType,
			BroadcastHandler<T> handler) {
		this.context.requireOpen();
		BroadcastSubscriber<T> subscriber = new BroadcastSubscriber<>(this.context, filter, bodyType, handler);
		CompletionStage<Void> ready;
		synchronized (this) {
			this.subscribers.add(subscriber);
			ready = listen();
		}
		return new EngineSubscription(filter.toString(), this.context.forUser(ready), subscriber.inFlight(),
				() -> remove(subscriber));
	}

	private synchronized void remove(BroadcastSubscriber<?> subscriber) {
		this.subscribers.remove(subscriber);
		listen();
	}

	private CompletionStage<Void> listen() {
		return this.transport.listen(this.subscribers.stream().map(BroadcastSubscriber::filter).toList(), this::heard);
	}

	private CompletionStage<Void> heard(BroadcastEnvelope broadcast) {
		if (broadcast.envelope().headers().containsKey(Headers.BELL)) {
			return HEARD;
		}
		List<CompletableFuture<Void>> hearing = new ArrayList<>();
		for (BroadcastSubscriber<?> subscriber : this.subscribers) {
			if (subscriber.filter().matches(broadcast.subject(), broadcast.sender())) {
				hearing.add(subscriber.hear(broadcast));
			}
		}
		return hearing.isEmpty() ? HEARD : CompletableFuture.allOf(hearing.toArray(CompletableFuture[]::new));
	}

}

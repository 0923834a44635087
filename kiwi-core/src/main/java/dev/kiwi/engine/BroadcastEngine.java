package dev.kiwi.engine;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.BroadcastHandler;
import dev.kiwi.BroadcastOperations;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.MessageTransport;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts: one stream from the transport, handed to the subscribers of this process
 * whose filter it passes.
 */
final class BroadcastEngine implements BroadcastOperations {

	private static final CompletionStage<Void> HEARD = CompletableFuture.completedStage(null);

	private final EngineContext context;

	private final MessageTransport transport;

	/** One for each filter that somebody has. */
	private final List<Audience> audiences = new CopyOnWriteArrayList<>();

	private final Rounds rounds;

	private final AtomicInteger turn = new AtomicInteger();

	private @Nullable BroadcastFilter control;

	private volatile Consumer<BroadcastEnvelope> controlListener = (nobody) -> {
	};

	BroadcastEngine(EngineContext context, MessageTransport transport) {
		this.context = context;
		this.transport = transport;
		this.rounds = new Rounds(context.executor(), this::round);
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
		CompletionStage<Void> ready = add(subscriber);
		return new EngineSubscription(MessageKind.BROADCAST, filter.toString(), this.context.forUser(ready),
				subscriber.inFlight(), () -> ready.toCompletableFuture().isDone() && this.transport.isListening(),
				() -> remove(subscriber));
	}

	private synchronized CompletionStage<Void> add(BroadcastSubscriber<?> subscriber) {
		Audience audience = audience(subscriber.filter());
		if (audience == null) {
			audience = new Audience(subscriber.filter());
			this.audiences.add(audience);
		}
		audience.join(subscriber);
		return listen();
	}

	private synchronized void remove(BroadcastSubscriber<?> subscriber) {
		Audience audience = Objects.requireNonNull(audience(subscriber.filter()));
		if (audience.leave(subscriber)) {
			this.audiences.remove(audience);
		}
		listen();
	}

	private @Nullable Audience audience(BroadcastFilter filter) {
		return this.audiences.stream().filter((one) -> one.filter().equals(filter)).findFirst().orElse(null);
	}

	/**
	 * Listens to what engines say to each other, which no subscriber hears.
	 * @return completes when it is heard
	 */
	synchronized CompletionStage<Void> control(BroadcastFilter filter, Consumer<BroadcastEnvelope> listener) {
		this.control = filter;
		this.controlListener = listener;
		return listen();
	}

	/** Says something to other engines. */
	CompletableFuture<Void> publish(BroadcastEnvelope broadcast) {
		return this.transport.publish(broadcast);
	}

	private CompletionStage<Void> listen() {
		return this.transport.listen(
				Stream.concat(Stream.ofNullable(this.control), this.audiences.stream().map(Audience::filter)).toList(),
				this::heard);
	}

	/** Begins with another audience each time, so that a busy one is not always first. */
	private void round(Runnable more) {
		Audience[] all = this.audiences.toArray(Audience[]::new);
		int first = this.turn.getAndIncrement();
		for (int index = 0; index < all.length; index++) {
			int here = first + index;
			int others = all.length - 1 - index;
			all[Math.floorMod(here, all.length)].hear(more, () -> isWaiting(all, here + 1, others));
		}
	}

	private static boolean isWaiting(Audience[] all, int first, int count) {
		for (int index = 0; index < count; index++) {
			if (all[Math.floorMod(first + index, all.length)].isWaiting()) {
				return true;
			}
		}
		return false;
	}

	private CompletionStage<Void> heard(BroadcastEnvelope broadcast) {
		if (broadcast.envelope().headers().containsKey(Headers.BELL)) {
			return HEARD;
		}
		String subject = broadcast.subject();
		if (subject != null && subject.startsWith(Control.SUBJECT)) {
			this.controlListener.accept(broadcast);
			return HEARD;
		}
		Hearing hearing = null;
		for (Audience audience : this.audiences) {
			if (audience.filter().matches(subject, broadcast.sender())) {
				hearing = (hearing != null) ? hearing : new Hearing(this.context.payloads(), broadcast);
				audience.tell(hearing);
			}
		}
		if (hearing == null) {
			return HEARD;
		}
		this.rounds.wake();
		hearing.passed(1);
		return hearing.heard();
	}

}

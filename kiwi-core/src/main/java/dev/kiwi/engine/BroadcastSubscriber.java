package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;

import dev.kiwi.BroadcastContext;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.BroadcastHandler;
import dev.kiwi.TypeRef;
import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener to broadcasts, on a lane of its own so that no other one can delay or harm
 * it.
 */
final class BroadcastSubscriber<T> {

	private static final Logger logger = LoggerFactory.getLogger(BroadcastSubscriber.class);

	private final EngineContext context;

	private final BroadcastFilter filter;

	private final TypeRef<T> bodyType;

	private final BroadcastHandler<T> handler;

	private final InFlight inFlight = new InFlight();

	private final Lane<Hearing> lane;

	BroadcastSubscriber(EngineContext context, BroadcastFilter filter, TypeRef<T> bodyType,
			BroadcastHandler<T> handler) {
		this.context = context;
		this.filter = filter;
		this.bodyType = bodyType;
		this.handler = handler;
		this.lane = new Lane<>(context.executor(), context.settings().broadcastConcurrency(), (hearing) -> {
			hear(hearing);
			return null;
		});
	}

	BroadcastFilter filter() {
		return this.filter;
	}

	InFlight inFlight() {
		return this.inFlight;
	}

	/**
	 * Takes a broadcast.
	 * @param broadcast the broadcast
	 * @return completes when it was heard, well or not
	 */
	CompletableFuture<Void> hear(BroadcastEnvelope broadcast) {
		Hearing hearing = new Hearing(broadcast, new CompletableFuture<>());
		this.lane.offer(hearing);
		return hearing.heard();
	}

	private void hear(Hearing hearing) {
		if (this.inFlight.enter()) {
			BroadcastEnvelope broadcast = hearing.broadcast();
			Envelope envelope = broadcast.envelope();
			String subject = (broadcast.subject() != null) ? broadcast.subject() : "";
			Handling handling = this.context.observer().handling(MessageKind.BROADCAST, subject, envelope);
			HandlerScope scope = HandlerScope.broadcast(handling, subject, envelope.id());
			Throwable failure = null;
			try {
				T body = this.context.payloads()
					.decode(envelope.body(), envelope.contentType(), this.bodyType.type(), "The body");
				this.handler.handle(body, new BroadcastContext(envelope.id(), broadcast.subject(), broadcast.sender(),
						broadcast.correlationId(), RunContext.usersOwn(envelope.headers())));
			}
			catch (Throwable ex) {
				logger.warn("Broadcast {} on '{}' from '{}' could not be handled by the subscriber to {}",
						envelope.id(), broadcast.subject(), broadcast.sender(), this.filter, ex);
				failure = ex;
			}
			finally {
				scope.close();
				handling.ended((failure == null) ? HandlingOutcome.SUCCEEDED : HandlingOutcome.FAILED, failure);
				this.inFlight.leave();
			}
		}
		hearing.heard().complete(null);
	}

	private record Hearing(BroadcastEnvelope broadcast, CompletableFuture<Void> heard) {
	}

}

package dev.kiwi.engine;

import java.util.concurrent.atomic.AtomicReference;

import dev.kiwi.BroadcastContext;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.BroadcastHandler;
import dev.kiwi.TypeRef;
import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.engine.EngineObserver.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener to broadcasts. It stands at a place of its own in what its audience is
 * told, so that no other one can delay or harm it. Thread-safe.
 */
final class BroadcastSubscriber<T> {

	private static final Logger logger = LoggerFactory.getLogger(BroadcastSubscriber.class);

	private final EngineContext context;

	private final BroadcastFilter filter;

	private final TypeRef<T> bodyType;

	private final boolean sharesBody;

	private final BroadcastHandler<T> handler;

	private final int width;

	private final InFlight inFlight = new InFlight();

	/** Where it stands: who moves it on hears, or passes, what is said there. */
	private final AtomicReference<@Nullable Place> place = new AtomicReference<>();

	BroadcastSubscriber(EngineContext context, BroadcastFilter filter, TypeRef<T> bodyType,
			BroadcastHandler<T> handler) {
		this.context = context;
		this.filter = filter;
		this.bodyType = bodyType;
		this.sharesBody = SharedBodies.isShared(bodyType.type());
		this.handler = handler;
		this.width = context.settings().broadcastConcurrency();
	}

	BroadcastFilter filter() {
		return this.filter;
	}

	InFlight inFlight() {
		return this.inFlight;
	}

	void hearFrom(Place first) {
		this.place.set(first);
	}

	/** Passes without hearing, as it is closed. */
	void passUntil(Place end) {
		for (Place here = this.place.get(); here != null && here.isBefore(end); here = this.place.get()) {
			Hearing passed = here.said();
			if (this.place.compareAndSet(here, here.next()) && passed != null) {
				passed.passed(1);
			}
		}
	}

	/** Where it stands, if something waits there that it could hear now, else null. */
	@Nullable Place ready() {
		Place here = this.place.get();
		return (here != null && here.next() != null && this.inFlight.hasRoom(this.width)) ? here : null;
	}

	boolean isAt(Place here) {
		return this.place.get() == here && this.inFlight.hasRoom(this.width);
	}

	/**
	 * Hears what is said where it stands.
	 * @return false if somebody else does, or as many as may hear for it already
	 */
	boolean hear(Place here, Place next, Hearing hearing, LogKeys keys) {
		if (!this.inFlight.enter(this.width)) {
			return false;
		}
		try {
			boolean first = this.place.compareAndSet(here, next);
			if (first) {
				handle(hearing, keys);
			}
			return first;
		}
		finally {
			this.inFlight.leave();
		}
	}

	private void handle(Hearing hearing, LogKeys keys) {
		BroadcastContext broadcast = hearing.context();
		String subject = (broadcast.subject() != null) ? broadcast.subject() : "";
		Handling handling = this.context.observer().handling(MessageKind.BROADCAST, subject, hearing.envelope());
		Throwable failure = null;
		keys.keep(subject, broadcast.id());
		Scope scope = handling.open();
		try {
			T body = hearing.body(this.bodyType.type(), this.sharesBody);
			this.handler.handle(body, broadcast);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finally {
			scope.close();
			handling.ended((failure == null) ? HandlingOutcome.SUCCEEDED : HandlingOutcome.FAILED, failure);
			// an interrupt was meant for the handler
			Thread.interrupted();
		}
		if (failure != null) {
			warn(broadcast, failure);
		}
	}

	/** What an exception says of itself is the user's code too. */
	private void warn(BroadcastContext broadcast, Throwable failure) {
		try {
			logger.warn("Broadcast {} on '{}' from '{}' could not be handled by the subscriber to {}", broadcast.id(),
					broadcast.subject(), broadcast.sender(), this.filter, failure);
		}
		catch (Throwable ex) {
			logger.warn("Broadcast {} could not be handled by the subscriber to {}: {}, which cannot be told of",
					broadcast.id(), this.filter, failure.getClass().getName());
		}
	}

}

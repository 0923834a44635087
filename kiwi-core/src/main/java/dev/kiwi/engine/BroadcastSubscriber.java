package dev.kiwi.engine;

import java.util.concurrent.atomic.AtomicInteger;
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
 * One listener to broadcasts, at a pace of its own so that no other one can delay or harm
 * it. It stands at a place in what its audience is told. Thread-safe.
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

	/** Where it stands, which is passed by whoever hears next. */
	private final AtomicReference<@Nullable Place> place = new AtomicReference<>();

	/** Where it stops, null as long as it listens. */
	private volatile @Nullable Place end;

	/** How many threads hear for it. */
	private final AtomicInteger occupied = new AtomicInteger();

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

	void hearUntil(Place last) {
		this.end = last;
	}

	/** Whether something waits for it that nobody has begun to hear, who could now. */
	boolean isReady() {
		return this.occupied.get() < this.width && isBehind(this.place.get());
	}

	/** Hears what waits, on this thread alone. */
	void hear() {
		hear(() -> {
		});
	}

	/**
	 * Hears what waits, in its order, unless as many threads do so as may.
	 * @param more called where another thread could hear for it at the same time
	 */
	void hear(Runnable more) {
		// again, as something may be said just before the place is free
		while (isReady() && occupy()) {
			LogKeys keys = LogKeys.broadcast();
			boolean entered = this.inFlight.enter();
			try {
				for (Hearing next = next(); next != null; next = next()) {
					if (this.width > 1 && isReady()) {
						more.run();
					}
					if (entered && this.inFlight.isOpen()) {
						handle(next, keys);
					}
					next.passed();
				}
			}
			finally {
				keys.restore();
				this.occupied.decrementAndGet();
				if (entered) {
					this.inFlight.leave();
				}
			}
		}
	}

	private boolean occupy() {
		int now = this.occupied.get();
		while (now < this.width) {
			if (this.occupied.compareAndSet(now, now + 1)) {
				return true;
			}
			now = this.occupied.get();
		}
		return false;
	}

	private boolean isBehind(@Nullable Place here) {
		return here != null && here != this.end && here.next() != null;
	}

	/** Takes what is said at its place, and goes on to the next. */
	private @Nullable Hearing next() {
		Place here = this.place.get();
		while (here != null && isBehind(here)) {
			if (this.place.compareAndSet(here, here.next())) {
				return here.said();
			}
			here = this.place.get();
		}
		return null;
	}

	private void handle(Hearing hearing, LogKeys keys) {
		BroadcastContext broadcast = hearing.context();
		String subject = (broadcast.subject() != null) ? broadcast.subject() : "";
		Handling handling = this.context.observer().handling(MessageKind.BROADCAST, subject, hearing.envelope());
		Throwable failure = null;
		keys.set(subject, broadcast.id());
		Scope scope = handling.open();
		try {
			T body = hearing.body(this.bodyType.type(), this.sharesBody);
			this.handler.handle(body, broadcast);
		}
		catch (Throwable ex) {
			logger.warn("Broadcast {} on '{}' from '{}' could not be handled by the subscriber to {}", broadcast.id(),
					broadcast.subject(), broadcast.sender(), this.filter, ex);
			failure = ex;
		}
		finally {
			scope.close();
			handling.ended((failure == null) ? HandlingOutcome.SUCCEEDED : HandlingOutcome.FAILED, failure);
			// an interrupt was meant for the handler
			Thread.interrupted();
		}
	}

}

package dev.kiwi.engine;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.BroadcastContext;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * One broadcast on its way through the subscribers of this process, and what these may
 * share of it. Thread-safe.
 */
final class Hearing {

	private final Payloads payloads;

	private final Envelope envelope;

	private final BroadcastContext context;

	private final CompletableFuture<Void> heard = new CompletableFuture<>();

	/** Where it is said; of whoever says it, then of the last who hears it. */
	private final List<Place> places = new ArrayList<>(1);

	/** Who has not heard it yet, and whoever still says it. */
	private final AtomicInteger rest = new AtomicInteger(1);

	private volatile @Nullable Decoded decoded;

	Hearing(Payloads payloads, BroadcastEnvelope broadcast) {
		this.payloads = payloads;
		this.envelope = broadcast.envelope();
		Map<String, String> headers = this.envelope.headers();
		this.context = new BroadcastContext(this.envelope.id(), broadcast.subject(), broadcast.sender(),
				broadcast.correlationId(), headers.isEmpty() ? Map.of() : RunContext.usersOwn(headers));
	}

	Envelope envelope() {
		return this.envelope;
	}

	/** The same for all, as nobody can change it. */
	BroadcastContext context() {
		return this.context;
	}

	/**
	 * The body as one type.
	 * @param type the type
	 * @param isShared whether all who want that type may get the same object
	 */
	<T extends @Nullable Object> T body(Type type, boolean isShared) {
		if (!isShared) {
			return decode(type);
		}
		Decoded present = this.decoded;
		for (Decoded one = present; one != null; one = one.others()) {
			if (one.type().equals(type)) {
				return one.as();
			}
		}
		// who does the same meanwhile decodes in vain, and harms nobody
		Decoded fresh = new Decoded(type, decode(type), present);
		this.decoded = fresh;
		return fresh.as();
	}

	private <T extends @Nullable Object> T decode(Type type) {
		return this.payloads.decode(this.envelope.body(), this.envelope.contentType(), type, "The body");
	}

	/** So many more are to hear it, each of whom comes by one place. */
	void expect(int listeners, Place place) {
		this.places.add(place);
		this.rest.addAndGet(listeners);
	}

	/** So many have heard it, or it was said to all. */
	void passed(int listeners) {
		if (listeners > 0 && this.rest.addAndGet(-listeners) == 0) {
			this.places.forEach(Place::passed);
			this.heard.complete(null);
		}
	}

	/** Completes when all have heard it, well or not. */
	CompletionStage<Void> heard() {
		return this.heard;
	}

	private record Decoded(Type type, @Nullable Object body, @Nullable Decoded others) {

		@SuppressWarnings({ "unchecked", "NullAway" }) // the type says whether null may
														// come
		<T extends @Nullable Object> T as() {
			return (T) this.body;
		}

	}

}

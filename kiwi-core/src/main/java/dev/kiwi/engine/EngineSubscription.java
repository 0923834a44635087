package dev.kiwi.engine;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import dev.kiwi.SubscriberInfo;
import dev.kiwi.Subscription;

/**
 * A subscriber's place, with the door that its messages come through.
 */
final class EngineSubscription implements Subscription {

	private final MessageKind kind;

	private final String identifier;

	private final CompletionStage<Void> ready;

	private final InFlight inFlight;

	private final BooleanSupplier served;

	private final Runnable onClose;

	/** By {@link System#nanoTime()}. */
	private volatile long closedAt;

	EngineSubscription(MessageKind kind, String identifier, CompletionStage<Void> ready, InFlight inFlight,
			BooleanSupplier served, Runnable onClose) {
		this.kind = kind;
		this.identifier = identifier;
		this.ready = ready;
		this.inFlight = inFlight;
		this.served = served;
		this.onClose = onClose;
	}

	@Override
	public String identifier() {
		return this.identifier;
	}

	@Override
	public CompletionStage<Void> ready() {
		// who gives up waiting does so alone
		return this.ready.thenApply((nothing) -> nothing);
	}

	@Override
	public boolean isServed() {
		return this.inFlight.isOpen() && this.served.getAsBoolean();
	}

	@Override
	public void close() {
		if (this.inFlight.close()) {
			this.closedAt = System.nanoTime();
			this.onClose.run();
		}
	}

	/** What operators see of it. */
	SubscriberInfo info() {
		return new SubscriberInfo(this.kind.name().toLowerCase(Locale.ROOT), this.identifier, isServed());
	}

	/** How long ago it was closed, where it was. */
	Duration closedFor() {
		return Duration.ofNanos(System.nanoTime() - this.closedAt);
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.inFlight.ended().thenApply((nothing) -> nothing);
	}

}

package dev.kiwi.engine;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

import dev.kiwi.Subscription;

/**
 * A subscriber's place, with the door that its messages come through.
 */
final class EngineSubscription implements Subscription {

	private final String identifier;

	private final CompletionStage<Void> ready;

	private final InFlight inFlight;

	private final BooleanSupplier served;

	private final Runnable onClose;

	/** By {@link System#nanoTime()}. */
	private volatile long closedAt;

	EngineSubscription(String identifier, CompletionStage<Void> ready, InFlight inFlight, BooleanSupplier served,
			Runnable onClose) {
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
		return this.ready;
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

	/** How long ago it was closed, where it was. */
	Duration closedFor() {
		return Duration.ofNanos(System.nanoTime() - this.closedAt);
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.inFlight.ended().thenApply((nothing) -> nothing);
	}

}

package dev.kiwi.engine;

import java.util.concurrent.CompletionStage;

import dev.kiwi.Subscription;

/**
 * A subscriber's place, with the door that its messages come through.
 */
final class EngineSubscription implements Subscription {

	private final String identifier;

	private final CompletionStage<Void> ready;

	private final InFlight inFlight;

	private final Runnable onClose;

	EngineSubscription(String identifier, CompletionStage<Void> ready, InFlight inFlight, Runnable onClose) {
		this.identifier = identifier;
		this.ready = ready;
		this.inFlight = inFlight;
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
	public void close() {
		if (this.inFlight.close()) {
			this.onClose.run();
		}
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.inFlight.ended().thenApply((nothing) -> nothing);
	}

}

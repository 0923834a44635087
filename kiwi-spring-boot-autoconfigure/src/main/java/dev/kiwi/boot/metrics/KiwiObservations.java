package dev.kiwi.boot.metrics;

import java.util.Map;
import java.util.Objects;

import dev.kiwi.engine.EngineObserver;
import dev.kiwi.engine.HandlingOutcome;
import dev.kiwi.engine.MessageKind;
import dev.kiwi.transport.Envelope;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Makes an observation of every message that is sent or handled. What the handlers of the
 * registry put into the carrier, such as {@code traceparent}, goes with the message, and
 * the handler's observation is a child of the sender's, in whatever process it runs.
 */
public final class KiwiObservations implements EngineObserver {

	private final ObservationRegistry registry;

	private final Conventions<KiwiSenderContext> sent;

	private final Conventions<KiwiReceiverContext> handled;

	/**
	 * Observes messages.
	 * @param registry who hears of it
	 * @param sent names and tags what is sent, null for the default
	 * @param handled names and tags what is handled, null for the default
	 */
	public KiwiObservations(ObservationRegistry registry, @Nullable KiwiSenderObservationConvention sent,
			@Nullable KiwiReceiverObservationConvention handled) {
		this.registry = registry;
		this.sent = new Conventions<>(registry, KiwiObservation::sending, new DefaultKiwiSenderObservationConvention(),
				sent);
		this.handled = new Conventions<>(registry, KiwiObservation::handling,
				new DefaultKiwiReceiverObservationConvention(), handled);
	}

	@Override
	public Sending sending(MessageKind kind, String destination, Envelope envelope) {
		if (this.registry.isNoop()) {
			return Sending.NONE;
		}
		KiwiSenderContext context = new KiwiSenderContext(kind, destination, envelope.id());
		Observation observation = this.sent.start(kind, () -> context);
		return observation.isNoop() ? Sending.NONE : new ObservedSending(observation, context);
	}

	@Override
	public Handling handling(MessageKind kind, String destination, Envelope envelope) {
		if (this.registry.isNoop()) {
			return Handling.NONE;
		}
		KiwiReceiverContext context = new KiwiReceiverContext(kind, destination, envelope);
		Observation observation = this.handled.start(kind, () -> context);
		return observation.isNoop() ? Handling.NONE : new ObservedHandling(observation, context);
	}

	private record ObservedSending(Observation observation, KiwiSenderContext context) implements Sending {

		@Override
		public Map<String, String> headers() {
			return Objects.requireNonNull(this.context.getCarrier());
		}

		@Override
		public void ended(@Nullable Throwable failure) {
			if (failure != null) {
				this.observation.error(failure);
			}
			this.observation.stop();
		}

	}

	private record ObservedHandling(Observation observation, KiwiReceiverContext context) implements Handling {

		@Override
		public Scope open() {
			return this.observation.openScope()::close;
		}

		@Override
		public void ended(HandlingOutcome outcome, @Nullable Throwable failure) {
			this.context.setOutcome(outcome);
			if (failure != null && outcome != HandlingOutcome.CANCELLED) {
				this.observation.error(failure);
			}
			this.observation.stop();
		}

	}

}

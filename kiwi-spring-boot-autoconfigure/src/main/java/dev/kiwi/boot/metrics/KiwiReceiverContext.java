package dev.kiwi.boot.metrics;

import java.util.Map;

import dev.kiwi.engine.HandlingOutcome;
import dev.kiwi.engine.MessageKind;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

/**
 * A message that is handled. The carrier is its headers.
 */
public final class KiwiReceiverContext extends ReceiverContext<Map<String, String>> {

	private final MessageKind messageKind;

	private final String destination;

	private final String id;

	private final int attempt;

	private volatile @Nullable HandlingOutcome outcome;

	KiwiReceiverContext(MessageKind messageKind, String destination, Envelope envelope) {
		super(Map::get, (messageKind == MessageKind.RPC) ? Kind.SERVER : Kind.CONSUMER);
		this.messageKind = messageKind;
		this.destination = destination;
		this.id = envelope.id();
		this.attempt = envelope.count(Headers.ATTEMPTS, 0) + 1;
		setCarrier(envelope.headers());
	}

	/**
	 * What the message is.
	 * @return the kind
	 */
	public MessageKind getMessageKind() {
		return this.messageKind;
	}

	/**
	 * Where it was sent to.
	 * @return the queue, identifier or subject; empty for a broadcast without one
	 */
	public String getDestination() {
		return this.destination;
	}

	/**
	 * The message's id.
	 * @return the id
	 */
	public String getId() {
		return this.id;
	}

	/**
	 * Which attempt at a task this is.
	 * @return 1 for the first, and for what is no task
	 */
	public int getAttempt() {
		return this.attempt;
	}

	/**
	 * What became of the message.
	 * @return the outcome, null until it is known
	 */
	public @Nullable HandlingOutcome getOutcome() {
		return this.outcome;
	}

	void setOutcome(HandlingOutcome outcome) {
		this.outcome = outcome;
	}

}

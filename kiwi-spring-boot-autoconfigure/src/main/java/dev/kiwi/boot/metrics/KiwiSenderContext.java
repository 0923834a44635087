package dev.kiwi.boot.metrics;

import java.util.HashMap;
import java.util.Map;

import dev.kiwi.engine.MessageKind;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

/**
 * A message that is sent. The carrier is what goes with it beside its own headers.
 */
public final class KiwiSenderContext extends SenderContext<Map<String, String>> {

	private final MessageKind messageKind;

	private final String destination;

	private final String id;

	KiwiSenderContext(MessageKind messageKind, String destination, String id) {
		super((carrier, name, value) -> {
			if (carrier != null) {
				carrier.put(name, value);
			}
		}, (messageKind == MessageKind.RPC) ? Kind.CLIENT : Kind.PRODUCER);
		this.messageKind = messageKind;
		this.destination = destination;
		this.id = id;
		setCarrier(new HashMap<>());
	}

	/**
	 * What the message is.
	 * @return the kind
	 */
	public MessageKind getMessageKind() {
		return this.messageKind;
	}

	/**
	 * Where it goes.
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

}

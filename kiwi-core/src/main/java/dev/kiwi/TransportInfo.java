package dev.kiwi;

import java.util.Map;

/**
 * What carries the messages.
 *
 * @param name the transport as {@code kiwi.transport} names it, such as {@code amqp}
 * @param connected whether it can carry a message now
 * @param serverProperties what the server says of itself, such as {@code product} and
 * {@code version}; empty before the first connection and where there is no server
 */
public record TransportInfo(String name, boolean connected, Map<String, String> serverProperties) {

	public TransportInfo {
		serverProperties = Map.copyOf(serverProperties);
	}

}

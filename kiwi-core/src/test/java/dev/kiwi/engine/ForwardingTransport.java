package dev.kiwi.engine;

import java.util.List;

import dev.kiwi.TransportInfo;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;

/**
 * Another transport, of which a test says something else.
 */
class ForwardingTransport implements Transport {

	private final Transport transport;

	ForwardingTransport(Transport transport) {
		this.transport = transport;
	}

	@Override
	public TaskTransport tasks() {
		return this.transport.tasks();
	}

	@Override
	public MessageTransport messages() {
		return this.transport.messages();
	}

	@Override
	public void start(String instance, TransportListener listener) {
		this.transport.start(instance, listener);
	}

	@Override
	public TransportInfo info() {
		return this.transport.info();
	}

	@Override
	public List<ServerConnection> connections() {
		return this.transport.connections();
	}

	@Override
	public void close() {
		this.transport.close();
	}

}

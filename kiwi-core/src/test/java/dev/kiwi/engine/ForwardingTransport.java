package dev.kiwi.engine;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;

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

	/** The same, but for one method of its tasks or messages. */
	Transport answering(String method, Function<Object[], Object> answer) {
		return new ForwardingTransport(this.transport) {

			@Override
			public TaskTransport tasks() {
				return changed(TaskTransport.class, super.tasks(), method, answer);
			}

			@Override
			public MessageTransport messages() {
				return changed(MessageTransport.class, super.messages(), method, answer);
			}

		};
	}

	private static <T> T changed(Class<T> type, T other, String method, Function<Object[], Object> answer) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, called, arguments) -> called.getName().equals(method) ? answer.apply(arguments)
						: called.invoke(other, arguments)));
	}

}

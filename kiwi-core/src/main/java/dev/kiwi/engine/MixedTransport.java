package dev.kiwi.engine;

import java.util.List;
import java.util.stream.Stream;

import dev.kiwi.TransportInfo;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work by one transport and words by another. What is said of the connection is said of
 * the one that carries words, as calls depend on it; tasks wait for theirs.
 */
final class MixedTransport implements Transport {

	private static final Logger logger = LoggerFactory.getLogger(MixedTransport.class);

	private final Transport work;

	private final Transport words;

	MixedTransport(Transport work, Transport words) {
		this.work = work;
		this.words = words;
	}

	@Override
	public TaskTransport tasks() {
		return this.work.tasks();
	}

	@Override
	public MessageTransport messages() {
		return this.words.messages();
	}

	@Override
	public void start(String instance, TransportListener listener) {
		this.words.start(instance, listener);
		this.work.start(instance, new WorkListener(this.work, listener));
	}

	@Override
	public TransportInfo info() {
		TransportInfo info = this.words.info();
		return new TransportInfo(info.name(), info.connected() && this.work.info().connected(),
				info.serverProperties());
	}

	@Override
	public List<ServerConnection> connections() {
		return Stream.of(this.words, this.work).flatMap((carrier) -> carrier.connections().stream()).toList();
	}

	@Override
	public void close() {
		try {
			this.work.close();
		}
		finally {
			this.words.close();
		}
	}

	private record WorkListener(Transport work, TransportListener listener) implements TransportListener {

		@Override
		public void taskReply(Reply reply) {
			this.listener.taskReply(reply);
		}

		@Override
		public void rpcReply(Reply reply) {
			logger.debug("The transport of tasks brings a reply to a call ({}), which nobody made there",
					reply.correlationId());
		}

		@Override
		public void connectionLost(Throwable cause) {
			logger.debug("Tasks wait: the connection of '{}' is lost", this.work.info().name(), cause);
		}

		@Override
		public void connectionRecovered() {
			logger.debug("Tasks go on: the connection of '{}' is back", this.work.info().name());
		}

	}

}

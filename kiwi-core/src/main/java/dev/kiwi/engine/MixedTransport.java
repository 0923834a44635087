package dev.kiwi.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.kiwi.TransportInfo;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import dev.kiwi.transport.WokenByWords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work by one transport and words by another, which wakes those who work where it can.
 * What is said of the connection is said of the one that carries words, as calls depend
 * on it; tasks wait for theirs.
 */
final class MixedTransport implements Transport {

	private static final Logger logger = LoggerFactory.getLogger(MixedTransport.class);

	private static final String TASKS = "tasks.";

	private final Transport work;

	private final Transport words;

	private final @Nullable WordBell bell;

	MixedTransport(Transport work, Transport words) {
		this.work = work;
		this.words = words;
		if (work instanceof WokenByWords woken) {
			this.bell = new WordBell(words);
			woken.wakeBy(this.bell);
		}
		else {
			this.bell = null;
		}
	}

	@Override
	public TaskTransport tasks() {
		return this.work.tasks();
	}

	@Override
	public MessageTransport messages() {
		return (this.bell != null) ? this.bell : this.words.messages();
	}

	@Override
	public void start(String instance, TransportListener listener) {
		if (this.bell != null) {
			this.bell.start(instance);
		}
		this.words.start(instance, new WordsListener(listener, this.bell));
		this.work.start(instance, new WorkListener(this.work, listener));
	}

	/** As the transport of words says, with what the other one says below "tasks.". */
	@Override
	public TransportInfo info() {
		TransportInfo info = this.words.info();
		TransportInfo tasks = this.work.info();
		Map<String, String> properties = new HashMap<>(info.serverProperties());
		properties.put(TASKS + "transport", tasks.name());
		properties.put(TASKS + "connected", Boolean.toString(tasks.connected()));
		tasks.serverProperties().forEach((name, value) -> properties.put(TASKS + name, value));
		return new TransportInfo(info.name(), info.connected() && tasks.connected(), properties);
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
			if (this.bell != null) {
				this.bell.close();
			}
			this.words.close();
		}
	}

	private record WordsListener(TransportListener listener, @Nullable WordBell bell) implements TransportListener {

		@Override
		public void taskReply(Reply reply) {
			this.listener.taskReply(reply);
		}

		@Override
		public void rpcReply(Reply reply) {
			this.listener.rpcReply(reply);
		}

		@Override
		public void rpcUnroutable(String id) {
			this.listener.rpcUnroutable(id);
		}

		@Override
		public void connectionLost(Throwable cause) {
			this.listener.connectionLost(cause);
		}

		@Override
		public void connectionRecovered() {
			if (this.bell != null) {
				this.bell.missed();
			}
			this.listener.connectionRecovered();
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
		public void rpcUnroutable(String id) {
			logger.debug("The transport of tasks found nobody for a call ({}), which nobody made there", id);
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

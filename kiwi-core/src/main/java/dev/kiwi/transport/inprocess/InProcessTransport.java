package dev.kiwi.transport.inprocess;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.TransportInfo;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages within this process: for tests and first steps. Nothing is durable.
 */
public final class InProcessTransport implements Transport {

	private final InProcessBroker broker;

	private final InProcessTasks tasks = new InProcessTasks(this);

	private final InProcessMessages messages = new InProcessMessages(this);

	private final Set<MemoryConsumer> consumers = ConcurrentHashMap.newKeySet();

	private @Nullable String instance;

	private @Nullable TransportListener listener;

	private volatile boolean open;

	/**
	 * A transport with a broker of its own.
	 */
	public InProcessTransport() {
		this(new InProcessBroker());
	}

	/**
	 * A transport to a broker, beside others.
	 * @param broker the broker
	 */
	public InProcessTransport(InProcessBroker broker) {
		this.broker = broker;
	}

	@Override
	public TaskTransport tasks() {
		return this.tasks;
	}

	@Override
	public MessageTransport messages() {
		return this.messages;
	}

	@Override
	public void start(String instance, TransportListener listener) {
		this.instance = instance;
		this.listener = listener;
		this.open = true;
		this.broker.join(instance, this);
	}

	/** Nothing lies between. */
	@Override
	public List<ServerConnection> connections() {
		return List.of();
	}

	@Override
	public TransportInfo info() {
		return new TransportInfo("in-process", this.open, Map.of());
	}

	@Override
	public void close() {
		if (this.open) {
			this.open = false;
			this.broker.leave(instance());
			this.messages.close();
			this.consumers.forEach(MemoryConsumer::abandon);
		}
	}

	InProcessBroker broker() {
		return this.broker;
	}

	String instance() {
		return Objects.requireNonNull(this.instance, "start() comes first");
	}

	boolean isOpen() {
		return this.open;
	}

	static <T> CompletableFuture<T> closed() {
		return CompletableFuture.failedFuture(closedException());
	}

	static CommunicatorClosedException closedException() {
		return new CommunicatorClosedException("The in-process transport is closed");
	}

	MemoryConsumer opened(MemoryConsumer consumer) {
		this.consumers.add(consumer);
		if (!this.open) {
			consumer.abandon();
		}
		return consumer;
	}

	/** Whether it is this one's. */
	boolean has(MemoryConsumer consumer) {
		return this.consumers.contains(consumer);
	}

	void ended(MemoryConsumer consumer) {
		this.consumers.remove(consumer);
	}

	void taskReply(Reply reply) {
		listener().taskReply(reply);
	}

	void rpcReply(Reply reply) {
		listener().rpcReply(reply);
	}

	InProcessMessages broadcasts() {
		return this.messages;
	}

	private TransportListener listener() {
		return Objects.requireNonNull(this.listener, "start() comes first");
	}

}

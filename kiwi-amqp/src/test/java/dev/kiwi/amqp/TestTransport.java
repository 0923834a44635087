package dev.kiwi.amqp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.Channel;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.TransportListener;
import org.awaitility.Awaitility;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * A started transport with what it heard.
 */
final class TestTransport implements TransportListener, AutoCloseable {

	final String instance = UUID.randomUUID().toString();

	final Queue<Reply> taskReplies = new ConcurrentLinkedQueue<>();

	final Queue<Reply> rpcReplies = new ConcurrentLinkedQueue<>();

	final Queue<String> unroutable = new ConcurrentLinkedQueue<>();

	final AtomicInteger lost = new AtomicInteger();

	final AtomicInteger recovered = new AtomicInteger();

	final CachingConnectionFactory factory;

	final AmqpTransport transport;

	TestTransport(Broker broker, AmqpSettings settings) {
		this(broker.host(), broker.port(), settings);
	}

	TestTransport(String host, int port, AmqpSettings settings) {
		this(factory(host, port), settings);
	}

	TestTransport(CachingConnectionFactory factory, AmqpSettings settings) {
		this.factory = factory;
		this.transport = new AmqpTransport(this.factory, settings);
		this.transport.start(this.instance, this);
	}

	static CachingConnectionFactory factory(String host, int port) {
		CachingConnectionFactory factory = new CachingConnectionFactory(host, port);
		factory.setRequestedHeartBeat(5);
		return factory;
	}

	static AmqpSettings settings() {
		return AmqpSettings.DEFAULTS.withNamespace("t" + UUID.randomUUID().toString().substring(0, 8));
	}

	static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	static Envelope envelope(String id) {
		return envelope(id, null);
	}

	static Envelope envelope(String id, String replyTo) {
		return new Envelope(id, replyTo, "text/plain", Map.of("user", "ü"), id.getBytes(StandardCharsets.UTF_8));
	}

	static Reply reply(String to, Reply.Kind kind) {
		return new Reply(to, kind, "text/plain", Map.of(), to.getBytes(StandardCharsets.UTF_8));
	}

	TaskTransport tasks() {
		return this.transport.tasks();
	}

	MessageTransport messages() {
		return this.transport.messages();
	}

	CompletableFuture<Void> send(String queue, String id) {
		return tasks().send(queue, envelope(id), Duration.ZERO);
	}

	/** Something done by somebody else on the broker. */
	<T> T onChannel(Action<T> action) throws Exception {
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			return action.on(channel);
		}
	}

	void awaitConnection() {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.transport.info().connected());
	}

	@Override
	public void taskReply(Reply reply) {
		this.taskReplies.add(reply);
	}

	@Override
	public void rpcReply(Reply reply) {
		this.rpcReplies.add(reply);
	}

	@Override
	public void rpcUnroutable(String id) {
		this.unroutable.add(id);
	}

	@Override
	public void connectionLost(Throwable cause) {
		this.lost.incrementAndGet();
	}

	@Override
	public void connectionRecovered() {
		this.recovered.incrementAndGet();
	}

	@Override
	public void close() {
		this.transport.close();
		this.factory.destroy();
	}

	/**
	 * With a channel.
	 */
	@FunctionalInterface
	interface Action<T> {

		T on(Channel channel) throws Exception;

	}

}

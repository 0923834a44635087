package dev.kiwi.benchmarks.rabbit;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.kiwi.ConnectionListener;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.harness.Machine;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * The broker of all rows, and how each kind of client connects to it.
 */
public final class Rabbit {

	/** How many messages a worker takes at once; Spring AMQP's default. */
	public static final int PREFETCH = 250;

	/** How many handlers run at once. */
	public static final int HANDLERS = 4;

	private static final AtomicInteger names = new AtomicInteger();

	private final Machine machine;

	/**
	 * The broker, started when it is first used.
	 * @param machine learns its version
	 */
	public Rabbit(Machine machine) {
		this.machine = machine;
	}

	/** The broker. */
	public Broker broker() {
		Broker broker = Brokers.shared();
		this.machine.version("RabbitMQ", broker.version());
		return broker;
	}

	/** A name that nobody has had yet. */
	static String name() {
		return "bench" + names.incrementAndGet();
	}

	Connection connect() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUri(broker().uri());
		return factory.newConnection();
	}

	CachingConnectionFactory spring() {
		return new CachingConnectionFactory(broker().uri());
	}

	/** A durable queue. */
	static String queue(Connection connection, QueueType type) throws Exception {
		String queue = name();
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", type.name().toLowerCase()));
		}
		return queue;
	}

	static void purge(Connection connection, String queue) throws Exception {
		try (Channel channel = connection.createChannel()) {
			channel.queuePurge(queue);
		}
	}

	/** A process' communicator. Those of one namespace share queues. */
	KiwiCommunicator kiwi(String namespace, QueueType type, UnaryOperator<KiwiCommunicatorBuilder> change) {
		CachingConnectionFactory factory = spring();
		AmqpTransport transport = new AmqpTransport(factory,
				AmqpSettings.DEFAULTS.withNamespace(namespace).withQueueType(type));
		EngineSettings settings = EngineSettings.defaults();
		KiwiCommunicator kiwi = change
			.apply(KiwiCommunicatorBuilder.with(transport)
				.settings(settings.withTasks(settings.tasks().withConcurrency(HANDLERS).withPrefetch(PREFETCH))))
			.build();
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				factory.destroy();
			}

		});
		return kiwi;
	}

	/** The communicator of a process that only sends. */
	KiwiCommunicator kiwi(String namespace, QueueType type) {
		return kiwi(namespace, type, UnaryOperator.identity());
	}

	/** Waits until a subscription is served. */
	static void await(Subscription subscription) throws Exception {
		subscription.ready().toCompletableFuture().get(Waiting.SECONDS, TimeUnit.SECONDS);
	}

}

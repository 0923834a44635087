package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Brokers;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a worker may hold a task it says to RabbitMQ 4.3 and later as a consumer,
 * which a classic queue refuses. The broker at hand, of whatever version, is made to do
 * so.
 */
@Timeout(60)
class ConsumerTimeoutTests {

	private static final String ARGUMENT = "x-consumer-timeout";

	private static final Map<?, ?> TOLD = Map.of(ARGUMENT, AmqpSettings.DEFAULTS.tasks().maxRunTime().toMillis());

	private final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);

	private final CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());

	/** The arguments of the consumers of task queues. */
	private final Queue<Map<?, ?>> asked = new ConcurrentLinkedQueue<>();

	private boolean refuses;

	@AfterEach
	void clear() throws Exception {
		Leftovers.delete(this.factory, this.namespace, new Names(this.namespace).task("work"));
		this.factory.destroy();
	}

	@Test
	void aQuorumQueueIsTold() throws Exception {
		work(QueueType.QUORUM);
		assertThat(this.asked).containsExactly(TOLD);
	}

	@Test
	void aClassicQueueIsNot() throws Exception {
		work(QueueType.CLASSIC);
		assertThat(this.asked).containsExactly(Map.of());
	}

	@Test
	void aQueueThatRefusesItIsConsumedWithoutIt() throws Exception {
		this.refuses = true;
		work(QueueType.QUORUM);
		assertThat(this.asked).containsExactly(TOLD, Map.of());
	}

	private void work(QueueType type) throws Exception {
		AmqpSettings settings = AmqpSettings.DEFAULTS.withNamespace(this.namespace).withQueueType(type);
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new AmqpTransport(newer(), settings))
			.settings(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2)))
			.build()) {
			kiwi.addTaskSubscriber("work", String.class, (text, task) -> text)
				.ready()
				.toCompletableFuture()
				.get(20, TimeUnit.SECONDS);
			assertThat(kiwi.sendTask("work", "x", String.class).result().get(20, TimeUnit.SECONDS)).isEqualTo("x");
		}
	}

	/** Connections to a broker that says it is of version 4.3. */
	private ConnectionFactory newer() {
		return instead(ConnectionFactory.class, this.factory, (call) -> switch (call.getMethod().getName()) {
			case "createConnection" -> connection((Connection) call.proceed());
			case "getPublisherConnectionFactory" -> null;
			default -> call.proceed();
		});
	}

	private Connection connection(Connection spring) {
		com.rabbitmq.client.Connection delegate = instead(com.rabbitmq.client.Connection.class, spring.getDelegate(),
				(call) -> switch (call.getMethod().getName()) {
					case "getServerProperties" -> Map.of("version", "4.3.6");
					case "createChannel" -> channel((Channel) call.proceed());
					default -> call.proceed();
				});
		return instead(Connection.class, spring,
				(call) -> call.getMethod().getName().equals("getDelegate") ? delegate : call.proceed());
	}

	private Channel channel(Channel channel) {
		return instead(Channel.class, channel, (call) -> {
			Object[] arguments = call.getArguments();
			if (call.getMethod().getName().equals("basicConsume")
					&& String.valueOf(arguments[0]).endsWith("task.work")) {
				Map<?, ?> its = (Map<?, ?>) arguments[5];
				this.asked.add(its);
				if (this.refuses && its.containsKey(ARGUMENT)) {
					channel.abort();
					throw new IOException(new ShutdownSignalException(false, false,
							new AMQP.Channel.Close.Builder().replyCode(406)
								.replyText("PRECONDITION_FAILED - invalid arg '" + ARGUMENT + "' for queue '"
										+ arguments[0] + "' in vhost '/' of queue type rabbit_classic_queue")
								.build(),
							channel));
				}
			}
			return call.proceed();
		});
	}

	private static <T> T instead(Class<T> type, T real, MethodInterceptor instead) {
		ProxyFactory proxies = new ProxyFactory(type, instead);
		proxies.setTarget(real);
		return type.cast(proxies.getProxy(type.getClassLoader()));
	}

}

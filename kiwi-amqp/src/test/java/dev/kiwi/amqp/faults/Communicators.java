package dev.kiwi.amqp.faults;

import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.engine.QueueSettings;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.awaitility.Awaitility.await;

/**
 * Communicators over RabbitMQ without Spring Boot.
 */
final class Communicators {

	/** Longer than a broker needs to come back, and than the longest alarm of a test. */
	private static final Duration SEND_TIMEOUT = Duration.ofSeconds(90);

	private Communicators() {
	}

	static KiwiCommunicator connect(URI broker, String namespace, UnaryOperator<EngineSettings> settings) {
		return connect(new CachingConnectionFactory(broker), namespace, settings, SEND_TIMEOUT);
	}

	static KiwiCommunicator connect(URI broker, String namespace, QueueSettings tasks) {
		return connect(broker, namespace, tasks, SEND_TIMEOUT);
	}

	static KiwiCommunicator connect(URI broker, String namespace, QueueSettings tasks, Duration sendTimeout) {
		return connect(new CachingConnectionFactory(broker), namespace, tasks, sendTimeout);
	}

	static KiwiCommunicator connect(CachingConnectionFactory factory, String namespace, QueueSettings tasks) {
		return connect(factory, namespace, tasks, SEND_TIMEOUT);
	}

	/**
	 * Waits until a queue may be trusted to survive a kill -9. On RabbitMQ 3.10 a quorum
	 * queue killed within moments of its declaration comes back empty or without a
	 * leader, two seconds later it was seen to be safe; the broker shows no condition to
	 * wait for.
	 */
	static void trusted(long declared) {
		await().until(() -> System.nanoTime() - declared > Duration.ofSeconds(3).toNanos());
	}

	/** A namespace that no other test uses on a broker they share. */
	static String namespace() {
		return "f" + UUID.randomUUID().toString().substring(0, 8);
	}

	private static KiwiCommunicator connect(CachingConnectionFactory factory, String namespace, QueueSettings tasks,
			Duration sendTimeout) {
		return connect(factory, namespace, (defaults) -> defaults.withTasks(tasks), sendTimeout);
	}

	private static KiwiCommunicator connect(CachingConnectionFactory factory, String namespace,
			UnaryOperator<EngineSettings> settings, Duration sendTimeout) {
		return connect(factory, AmqpSettings.DEFAULTS.withNamespace(namespace).withSendTimeout(sendTimeout), settings);
	}

	static KiwiCommunicator connect(CachingConnectionFactory factory, AmqpSettings amqp,
			UnaryOperator<EngineSettings> settings) {
		return KiwiCommunicatorBuilder.with(new AmqpTransport(factory, amqp))
			.settings(settings.apply(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2))))
			.build();
	}

	/**
	 * Acknowledges by one way and publishes by another.
	 */
	static CachingConnectionFactory twoWays(URI consuming, URI publishing) {
		return new CachingConnectionFactory(consuming) {

			{
				setPublisherConnectionFactory(new CachingConnectionFactory(publishing));
			}

		};
	}

}

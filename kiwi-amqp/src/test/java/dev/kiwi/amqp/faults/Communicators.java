package dev.kiwi.amqp.faults;

import java.net.URI;
import java.time.Duration;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.engine.QueueSettings;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * Communicators over RabbitMQ without Spring Boot.
 */
final class Communicators {

	private Communicators() {
	}

	static KiwiCommunicator connect(URI broker, String namespace, QueueSettings tasks) {
		return KiwiCommunicatorBuilder
			.with(new AmqpTransport(new CachingConnectionFactory(broker),
					AmqpSettings.DEFAULTS.withNamespace(namespace).withSendTimeout(Duration.ofSeconds(90))))
			.settings(EngineSettings.defaults().withTasks(tasks))
			.build();
	}

}

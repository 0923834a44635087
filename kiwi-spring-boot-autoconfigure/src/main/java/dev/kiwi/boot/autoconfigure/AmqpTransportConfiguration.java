package dev.kiwi.boot.autoconfigure;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.transport.Transport;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The transport over RabbitMQ. It consumes the application's connection factory, and
 * nothing of Boot's that would move with Boot's packages.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(AmqpTransport.class)
@ConditionalOnProperty(name = "kiwi.transport", havingValue = "amqp", matchIfMissing = true)
@ConditionalOnMissingBean({ Transport.class, KiwiCommunicator.class })
@EnableConfigurationProperties(KiwiAmqpProperties.class)
@Import(KiwiPyConfiguration.class)
class AmqpTransportConfiguration {

	/** The communicator closes it. */
	@Bean(destroyMethod = "")
	AmqpTransport kiwiTransport(KiwiProperties properties, KiwiAmqpProperties amqp, ListableBeanFactory beans) {
		ConnectionFactory factory = NamedBean.get(beans, ConnectionFactory.class, "kiwi.amqp.connection-factory",
				amqp.connectionFactory(), KiwiConfigurationException::noConnectionFactory);
		return new AmqpTransport(factory, amqp.settings(properties));
	}

	@Bean
	CommunicatorLifecycle kiwiCommunicatorLifecycle(KiwiCommunicator communicator,
			ConfigurableApplicationContext context) {
		return new CommunicatorLifecycle(communicator, context);
	}

}

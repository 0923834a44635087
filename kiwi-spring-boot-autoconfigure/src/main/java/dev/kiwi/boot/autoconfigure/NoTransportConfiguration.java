package dev.kiwi.boot.autoconfigure;

import java.util.Locale;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.transport.Transport;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is left when no transport could be configured: to say why.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean({ Transport.class, KiwiCommunicator.class })
class NoTransportConfiguration {

	@Bean
	Transport kiwiTransport(KiwiProperties properties) {
		String transport = properties.transport();
		if (transport == null || "amqp".equals(transport.toLowerCase(Locale.ROOT))) {
			throw KiwiConfigurationException.transportNotOnClasspath(transport);
		}
		throw KiwiConfigurationException.unknownTransport(transport);
	}

}

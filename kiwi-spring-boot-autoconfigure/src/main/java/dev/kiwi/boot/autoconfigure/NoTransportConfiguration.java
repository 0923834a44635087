package dev.kiwi.boot.autoconfigure;

import java.util.Locale;
import java.util.Set;

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

	private static final Set<String> KNOWN = Set.of("amqp", "jdbc");

	@Bean
	Transport kiwiTransport(KiwiProperties properties) {
		String transport = properties.transport();
		if (transport == null || KNOWN.contains(transport.toLowerCase(Locale.ROOT))) {
			throw KiwiConfigurationException.transportNotOnClasspath(transport);
		}
		throw KiwiConfigurationException.unknownTransport(transport);
	}

}

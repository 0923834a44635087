package dev.kiwi.boot.autoconfigure;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.inprocess.InProcessTransport;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The transport within this process, which must be asked for as nothing of it is durable.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "kiwi.transport", havingValue = "in-process")
@ConditionalOnMissingBean({ Transport.class, KiwiCommunicator.class })
class InProcessTransportConfiguration {

	/** The communicator closes it. */
	@Bean(destroyMethod = "")
	InProcessTransport kiwiTransport() {
		return new InProcessTransport();
	}

}

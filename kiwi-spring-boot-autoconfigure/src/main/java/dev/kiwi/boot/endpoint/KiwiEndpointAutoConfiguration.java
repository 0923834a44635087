package dev.kiwi.boot.endpoint;

import dev.kiwi.KiwiAdmin;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the endpoint {@code kiwi}.
 */
@AutoConfiguration(after = KiwiAutoConfiguration.class)
@ConditionalOnClass({ WebEndpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(KiwiEndpoint.class)
@EnableConfigurationProperties(KiwiEndpointProperties.class)
public final class KiwiEndpointAutoConfiguration {

	@Bean
	@ConditionalOnBean(KiwiAdmin.class)
	@ConditionalOnMissingBean
	KiwiEndpoint kiwiEndpoint(KiwiAdmin admin, KiwiEndpointProperties properties) {
		return new KiwiEndpoint(admin, properties.showValues(), properties.roles());
	}

}

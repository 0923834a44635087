package dev.kiwi.boot.health;

import java.util.List;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import dev.kiwi.boot.listener.KiwiListenerLifecycle;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the health of {@code kiwi}.
 */
@AutoConfiguration(after = KiwiAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(KiwiCommunicator.class)
@ConditionalOnEnabledHealthIndicator("kiwi")
public final class KiwiHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "kiwiHealthIndicator", "kiwiHealthContributor" })
	KiwiHealthIndicator kiwiHealthIndicator(KiwiCommunicator communicator,
			ObjectProvider<KiwiListenerLifecycle> listeners) {
		return new KiwiHealthIndicator(communicator,
				() -> listeners.stream().map(KiwiListenerLifecycle::subscribers).findFirst().orElse(List.of()));
	}

	@Bean
	RabbitHealthHint kiwiRabbitHealthHint(Environment environment, ListableBeanFactory beans) {
		return new RabbitHealthHint(environment, beans);
	}

}

package dev.kiwi.boot.metrics;

import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import dev.kiwi.boot.autoconfigure.KiwiCustomizer;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the observations that become timers and spans, where there is an
 * {@link ObservationRegistry}.
 */
@AutoConfiguration(after = KiwiAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
public final class KiwiObservationAutoConfiguration {

	@Bean
	KiwiCustomizer kiwiObservations(ObservationRegistry registry, ObjectProvider<KiwiSenderObservationConvention> sent,
			ObjectProvider<KiwiReceiverObservationConvention> handled) {
		return (builder) -> builder
			.observer(new KiwiObservations(registry, sent.getIfAvailable(), handled.getIfAvailable()));
	}

}

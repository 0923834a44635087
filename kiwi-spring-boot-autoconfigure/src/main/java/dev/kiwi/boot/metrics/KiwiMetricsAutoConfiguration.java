package dev.kiwi.boot.metrics;

import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import dev.kiwi.boot.autoconfigure.KiwiCustomizer;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the gauges and counters, where there is a {@link MeterRegistry}.
 */
@AutoConfiguration(after = KiwiAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class KiwiMetricsAutoConfiguration {

	@Bean
	KiwiCustomizer kiwiMetrics(MeterRegistry registry) {
		return (builder) -> builder.observer(new KiwiMetrics(registry)).observer(new QueueMetrics(registry));
	}

	/**
	 * What there is with RabbitMQ.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AmqpTransport.class)
	@ConditionalOnSingleCandidate(AmqpTransport.class)
	static class AmqpConfiguration {

		@Bean
		AmqpMetrics kiwiAmqpMetrics(AmqpTransport transport) {
			return new AmqpMetrics(transport);
		}

	}

}

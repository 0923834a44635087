package dev.kiwi.boot.metrics;

import dev.kiwi.amqp.AmqpTransport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * What only RabbitMQ has.
 */
final class AmqpMetrics implements MeterBinder {

	private final AmqpTransport transport;

	AmqpMetrics(AmqpTransport transport) {
		this.transport = transport;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("kiwi.amqp.unconfirmed", this.transport, AmqpTransport::unconfirmedMessages)
			.description("Messages that were sent and that the broker has not confirmed yet")
			.register(registry);
	}

}

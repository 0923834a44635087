package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.contract.DurableViewContract;
import dev.kiwi.transport.Transport;
import org.junit.jupiter.api.AfterEach;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

class AmqpDurableViewTests extends DurableViewContract {

	private final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);

	private final List<CachingConnectionFactory> factories = new ArrayList<>();

	@Override
	protected Transport connect() {
		CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());
		this.factories.add(factory);
		return new AmqpTransport(factory,
				AmqpSettings.DEFAULTS.withNamespace(this.namespace).withTaskEvents(AmqpEventSettings.DEFAULTS));
	}

	@AfterEach
	void disconnect() throws Exception {
		if (this.factories.isEmpty()) {
			return;
		}
		Leftovers.delete(this.factories.get(0), this.namespace);
		this.factories.forEach(CachingConnectionFactory::destroy);
	}

}

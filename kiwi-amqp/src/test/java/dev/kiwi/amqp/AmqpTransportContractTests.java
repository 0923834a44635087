package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.rabbitmq.client.Channel;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.contract.TransportContract;
import dev.kiwi.transport.Transport;
import org.junit.jupiter.api.AfterEach;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

class AmqpTransportContractTests extends TransportContract {

	private final String namespace = "t" + UUID.randomUUID().toString().substring(0, 8);

	private final List<CachingConnectionFactory> factories = new ArrayList<>();

	@Override
	protected Transport connect() {
		CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());
		this.factories.add(factory);
		return new AmqpTransport(factory, AmqpSettings.DEFAULTS.withNamespace(this.namespace));
	}

	@AfterEach
	void disconnect() throws Exception {
		if (this.factories.isEmpty()) {
			return;
		}
		// a namespace for each test adds up to more queues than a broker likes
		Names names = new Names(this.namespace);
		try (Channel channel = this.factories.get(0).createConnection().getDelegate().createChannel()) {
			channel.queueDelete(names.deadLetters());
			channel.queueDelete(names.journal());
			for (int step = 0; step < DelayLadder.STEPS; step++) {
				channel.queueDelete(names.delay(step));
			}
		}
		this.factories.forEach(CachingConnectionFactory::destroy);
	}

}

package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.contract.TransportContract;
import dev.kiwi.transport.Envelope;
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

	@Override
	public List<Envelope> deadLetters() {
		Names names = new Names(this.namespace);
		AmqpMapping mapping = new AmqpMapping(names);
		List<Envelope> letters = new ArrayList<>();
		CachingConnectionFactory factory = this.factories.get(0);
		try (Channel channel = factory.createConnection().getDelegate().createChannel()) {
			GetResponse letter = channel.basicGet(names.deadLetters(), false);
			while (letter != null) {
				letters.add(mapping.envelope(letter.getProps(), letter.getBody()));
				letter = channel.basicGet(names.deadLetters(), false);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException("The dead letters cannot be read", ex);
		}
		return letters;
	}

	@AfterEach
	void disconnect() {
		this.factories.forEach(CachingConnectionFactory::destroy);
	}

}

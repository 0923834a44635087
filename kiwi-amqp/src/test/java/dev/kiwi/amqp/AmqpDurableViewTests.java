package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.contract.DurableViewContract;
import dev.kiwi.transport.Transport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

class AmqpDurableViewTests extends DurableViewContract {

	/**
	 * All of its tests share the queues, which take a while to be safe when they are new.
	 */
	private static final String NAMESPACE = "t" + UUID.randomUUID().toString().substring(0, 8);

	private final List<CachingConnectionFactory> factories = new ArrayList<>();

	@Override
	protected Transport connect() {
		CachingConnectionFactory factory = factory();
		this.factories.add(factory);
		return new AmqpTransport(factory,
				AmqpSettings.DEFAULTS.withNamespace(NAMESPACE).withTaskEvents(AmqpEventSettings.DEFAULTS));
	}

	private static CachingConnectionFactory factory() {
		return new CachingConnectionFactory(Brokers.shared().uri());
	}

	@AfterEach
	void disconnect() {
		closeAll();
		this.factories.forEach(CachingConnectionFactory::destroy);
	}

	@AfterAll
	static void delete() throws Exception {
		CachingConnectionFactory factory = factory();
		Names names = new Names(NAMESPACE);
		Leftovers.delete(factory, NAMESPACE, names.task("wait"), names.task("other"), names.task("pull"));
		factory.destroy();
	}

}

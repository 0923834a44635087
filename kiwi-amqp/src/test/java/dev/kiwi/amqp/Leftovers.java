package dev.kiwi.amqp;

import com.rabbitmq.client.Channel;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * What a test leaves on a broker that others use: a namespace for each adds up to more
 * queues than it likes.
 */
final class Leftovers {

	private Leftovers() {
	}

	static void delete(CachingConnectionFactory factory, String namespace, String... queues) throws Exception {
		Names names = new Names(namespace);
		try (Channel channel = factory.createConnection().getDelegate().createChannel()) {
			channel.queueDelete(names.deadLetters());
			channel.queueDelete(names.journal());
			channel.queueDelete(names.taskEvents());
			for (int step = 0; step < DelayLadder.STEPS; step++) {
				channel.queueDelete(names.delay(step));
			}
			for (String queue : queues) {
				channel.queueDelete(queue);
			}
		}
	}

}

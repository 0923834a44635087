package dev.kiwi.test.broker;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;

/**
 * What the tests here do with the RabbitMQ client.
 */
final class Clients {

	static final int HEARTBEAT_SECONDS = 1;

	private Clients() {
	}

	static Connection connect(URI uri) throws IOException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setAutomaticRecoveryEnabled(false);
		factory.setConnectionTimeout(2_000);
		factory.setHandshakeTimeout(2_000);
		factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
		try {
			factory.setUri(uri);
		}
		catch (URISyntaxException | GeneralSecurityException ex) {
			throw new IllegalArgumentException(ex);
		}
		return factory.newConnection();
	}

	static void publishConfirmed(Connection connection, String queue, String body) throws Exception {
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare(queue, true, false, false, null);
			channel.confirmSelect();
			channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body.getBytes());
			channel.waitForConfirmsOrDie(5_000);
		}
	}

	static String take(Connection connection, String queue) throws Exception {
		try (Channel channel = connection.createChannel()) {
			return new String(channel.basicGet(queue, true).getBody());
		}
	}

}

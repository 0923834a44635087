package dev.kiwi.test.broker;

import java.util.UUID;

import com.rabbitmq.client.Connection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Brokers}.
 */
class BrokersTests {

	private final @Nullable String named = System.getProperty(Brokers.URI_PROPERTY);

	@AfterEach
	void nameTheBrokerAsBefore() {
		if (this.named != null) {
			System.setProperty(Brokers.URI_PROPERTY, this.named);
		}
		else {
			System.clearProperty(Brokers.URI_PROPERTY);
		}
	}

	@Test
	void theSharedBrokerAnswers() throws Exception {
		Broker broker = Brokers.shared();
		String queue = UUID.randomUUID().toString();
		try (Connection connection = Clients.connect(broker.uri())) {
			Clients.publishConfirmed(connection, queue, "hello");
			assertThat(Clients.take(connection, queue)).isEqualTo("hello");
			assertThat(connection.getServerProperties().get("version")).hasToString(broker.version());
			connection.createChannel().queueDelete(queue);
		}
		assertThat(broker.version()).matches("\\d+\\.\\d+\\.\\d+.*");
	}

	@Test
	void thereIsOneSharedBroker() {
		assertThat(Brokers.shared()).isSameAs(Brokers.shared());
	}

	@Test
	void dedicatedBrokersCoexist() throws Exception {
		try (Broker one = Brokers.dedicated();
				Broker other = Brokers.dedicated();
				Connection toOther = Clients.connect(other.uri())) {
			Connection toOne = Clients.connect(one.uri());
			Clients.publishConfirmed(toOne, "same-name", "one");
			Clients.publishConfirmed(toOther, "same-name", "other");
			assertThat(Clients.take(toOne, "same-name")).isEqualTo("one");
			one.kill();
			assertThat(Clients.take(toOther, "same-name")).isEqualTo("other");
		}
	}

	@Test
	void anExistingBrokerCanBeUsedButNotHarmed() throws Exception {
		System.setProperty(Brokers.URI_PROPERTY, Brokers.shared().uri().toString());
		try (Broker broker = Brokers.dedicated()) {
			Clients.connect(broker.uri()).close();
			assertThat(broker.version()).isEqualTo(Brokers.shared().version());
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(broker::kill)
				.withMessageContaining(Brokers.URI_PROPERTY);
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> broker.memoryAlarm(true));
		}
	}

	@Test
	void aUriNeedsNeitherPortNorUser() {
		System.setProperty(Brokers.URI_PROPERTY, "amqp://rabbit.example");
		Broker plain = Brokers.dedicated();
		assertThat(plain.port()).isEqualTo(5672);
		assertThat(plain.username()).isEqualTo("guest");
		System.setProperty(Brokers.URI_PROPERTY, "amqp://me:p%40ss+word@rabbit.example:1234/kiwi");
		Broker full = Brokers.dedicated();
		assertThat(full.host()).isEqualTo("rabbit.example");
		assertThat(full.port()).isEqualTo(1234);
		assertThat(full.username()).isEqualTo("me");
		assertThat(full.password()).isEqualTo("p@ss+word");
	}

}

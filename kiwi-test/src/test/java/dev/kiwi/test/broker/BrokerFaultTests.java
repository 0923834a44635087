package dev.kiwi.test.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the fault verbs of {@link Broker}.
 */
class BrokerFaultTests {

	private static Broker broker;

	@BeforeAll
	static void startBroker() {
		broker = Brokers.dedicated();
	}

	@AfterAll
	static void closeBroker() {
		broker.close();
	}

	@Test
	void aDurableMessageSurvivesTheDeathOfItsBroker() throws Exception {
		Connection lost = Clients.connect(broker.uri());
		Clients.publishConfirmed(lost, "durable", "still here");
		int port = broker.port();
		broker.kill();
		await().atMost(Duration.ofSeconds(5)).until(() -> !lost.isOpen());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> Clients.connect(broker.uri()));
		broker.start();
		assertThat(broker.port()).isEqualTo(port);
		try (Connection connection = Clients.connect(broker.uri())) {
			assertThat(Clients.take(connection, "durable")).isEqualTo("still here");
		}
	}

	@Test
	void startingARunningBrokerChangesNothing() throws Exception {
		try (Connection connection = Clients.connect(broker.uri())) {
			broker.start();
			assertThat(connection.isOpen()).isTrue();
		}
	}

	@Test
	void aMemoryAlarmBlocksPublishersUntilItClears() throws Exception {
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch unblocked = new CountDownLatch(1);
		try (Connection connection = Clients.connect(broker.uri())) {
			connection.addBlockedListener((reason) -> blocked.countDown(), unblocked::countDown);
			broker.memoryAlarm(true);
			Channel channel = connection.createChannel();
			channel.basicPublish("", "nowhere", null, new byte[0]);
			assertThat(blocked.await(5, TimeUnit.SECONDS)).as("connection.blocked").isTrue();
			broker.memoryAlarm(false);
			assertThat(unblocked.await(5, TimeUnit.SECONDS)).as("connection.unblocked").isTrue();
		}
	}

	@Test
	void aFrozenBrokerIsSilentAndThawed() throws Exception {
		Connection connection = Clients.connect(broker.uri());
		broker.freeze();
		try {
			await().atMost(Duration.ofSeconds(10)).until(() -> !connection.isOpen());
		}
		finally {
			broker.thaw();
		}
		Clients.connect(broker.uri()).close();
	}

	@Test
	void aFrozenBrokerCanBeKilled() throws Exception {
		broker.freeze();
		broker.kill();
		broker.start();
		Clients.connect(broker.uri()).close();
	}

	@Test
	void theBrokerClosesItsConnectionsWithAReason() throws Exception {
		Connection connection = Clients.connect(broker.uri());
		broker.closeAllConnections("maintenance");
		await().atMost(Duration.ofSeconds(5)).until(() -> !connection.isOpen());
		assertThat(connection.getCloseReason()).isInstanceOf(ShutdownSignalException.class)
			.hasMessageContaining("maintenance");
	}

	@Test
	void anAppThatStoppedCanBeStarted() throws Exception {
		Connection connection = Clients.connect(broker.uri());
		broker.stopApp();
		await().atMost(Duration.ofSeconds(5)).until(() -> !connection.isOpen());
		broker.startApp();
		Clients.connect(broker.uri()).close();
	}

	@Test
	void rabbitmqctlGivesItsOutputOrItsError() {
		assertThat(broker.ctl("list_vhosts", "--no-table-headers").strip()).isEqualTo("/");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> broker.ctl("no_such_command"))
			.withMessageContaining("no_such_command");
	}

}

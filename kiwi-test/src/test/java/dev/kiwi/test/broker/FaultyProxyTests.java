package dev.kiwi.test.broker;

import java.net.ConnectException;
import java.time.Duration;
import java.util.UUID;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MissedHeartbeatException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FaultyProxy}.
 */
class FaultyProxyTests {

	private static final Duration SOON = Duration.ofSeconds(5);

	private static final Duration ALMOST_A_HEARTBEAT = Duration.ofSeconds(Clients.HEARTBEAT_SECONDS).minusMillis(200);

	private FaultyProxy proxy;

	@BeforeEach
	void openProxy() {
		this.proxy = FaultyProxy.to(Brokers.shared());
	}

	@AfterEach
	void closeProxy() {
		this.proxy.close();
		await().atMost(SOON)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals("kiwi-proxy-" + this.proxy.port())));
	}

	@Test
	void messagesPassInBothDirections() throws Exception {
		String queue = UUID.randomUUID().toString();
		String body = "x".repeat(1_000_000);
		try (Connection connection = Clients.connect(this.proxy.uri())) {
			Clients.publishConfirmed(connection, queue, body);
			assertThat(Clients.take(connection, queue)).isEqualTo(body);
			connection.createChannel().queueDelete(queue);
		}
	}

	@Test
	void aCutEndsConnectionsButNotTheWay() throws Exception {
		Connection connection = Clients.connect(this.proxy.uri());
		this.proxy.cut();
		await().atMost(SOON).until(() -> !connection.isOpen());
		assertThat(connection.getCloseReason()).hasRootCauseMessage("Connection reset");
		Clients.connect(this.proxy.uri()).close();
	}

	@Test
	void aSwallowedConnectionStaysOpenUntilHeartbeatsAreMissed() throws Exception {
		Connection connection = Clients.connect(this.proxy.uri());
		this.proxy.swallow();
		await().during(ALMOST_A_HEARTBEAT).until(connection::isOpen);
		await().atMost(SOON).until(() -> !connection.isOpen());
		assertThat(connection.getCloseReason()).hasCauseInstanceOf(MissedHeartbeatException.class);
	}

	@Test
	void aNewConnectionIsMuteWhileAllIsSwallowed() throws Exception {
		this.proxy.swallow();
		assertThatException().isThrownBy(() -> Clients.connect(this.proxy.uri()))
			.isNotInstanceOf(ConnectException.class);
		this.proxy.resume();
		Clients.connect(this.proxy.uri()).close();
	}

	@Test
	void resumingResetsWhatWasDamaged() throws Exception {
		Connection connection = Clients.connect(this.proxy.uri());
		this.proxy.swallow();
		await().during(ALMOST_A_HEARTBEAT).until(connection::isOpen);
		this.proxy.resume();
		await().atMost(SOON).until(() -> !connection.isOpen());
		Clients.connect(this.proxy.uri()).close();
	}

	@Test
	void anIdleConnectionGoesOnAfterwards() throws Exception {
		try (Connection connection = Clients.connect(this.proxy.uri())) {
			this.proxy.swallow();
			this.proxy.resume();
			connection.createChannel().close();
		}
	}

	@Test
	void newConnectionsAreRefusedAndThoseThatExistStay() throws Exception {
		try (Connection connection = Clients.connect(this.proxy.uri())) {
			this.proxy.refuse(true);
			assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> Clients.connect(this.proxy.uri()));
			connection.createChannel().close();
			this.proxy.refuse(false);
			Clients.connect(this.proxy.uri()).close();
		}
	}

	@Test
	void aProxyLeadsToItsBrokerAgainAfterARestart() throws Exception {
		try (Broker broker = Brokers.dedicated(); FaultyProxy way = FaultyProxy.to(broker)) {
			broker.kill();
			assertThatException().isThrownBy(() -> Clients.connect(way.uri()));
			broker.start();
			Clients.connect(way.uri()).close();
		}
	}

}

package dev.kiwi.jdbc;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.ConnectionListener;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.EngineStatistics;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.FaultyProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A database whose connections look alive and are not.
 */
@Timeout(120)
class BeaconTests {

	private static final Duration INTERVAL = Duration.ofMillis(500);

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private final TestDatabase database = TestDatabase.postgreSql();

	private final List<Throwable> lost = new CopyOnWriteArrayList<>();

	private final AtomicInteger recovered = new AtomicInteger();

	@Test
	void halfOpenConnectionsAreDroppedAndWhatWaitsOnThemGoesOn() {
		URI server = URI.create(this.database.url().substring("jdbc:".length()));
		Semaphore release = new Semaphore(0);
		AtomicInteger begun = new AtomicInteger();
		CompletableFuture<Void> disowned = new CompletableFuture<>();
		try (FaultyProxy proxy = FaultyProxy.to(server);
				HikariDataSource pool = pool(server, proxy);
				KiwiCommunicator kiwi = connect(pool)) {
			Subscription work = kiwi.addTaskSubscriber("work", String.class, (text, task) -> {
				task.onOwnershipLost(() -> disowned.complete(null));
				begun.incrementAndGet();
				release.acquire();
				return text;
			});
			TaskHandle<String> handle = kiwi.sendTask("work", "x", String.class);
			await().atMost(PATIENCE).until(() -> begun.get() == 1 && ages(kiwi).containsKey("database"));
			proxy.swallow();
			await().atMost(PATIENCE).until(() -> this.lost.size() == 1);
			assertThat(this.lost.get(0)).hasStackTraceContaining("kiwi.beacon.interval");
			assertThat(kiwi.transportInfo().connected()).isFalse();
			assertThat(disowned).succeedsWithin(PATIENCE);
			assertThat(work.isServed()).isFalse();
			proxy.resume();
			release.release(2);
			assertThat(handle.result()).succeedsWithin(PATIENCE).isEqualTo("x");
			await().atMost(PATIENCE).until(() -> this.recovered.get() >= 1 && work.isServed());
			assertThat(kiwi.transportInfo().connected()).isTrue();
			await().atMost(PATIENCE).until(() -> ages(kiwi).get("database").compareTo(INTERVAL) < 0);
		}
	}

	private KiwiCommunicator connect(HikariDataSource pool) {
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder
			.with(new JdbcTransport(pool, this.database.settings().withLease(Duration.ofSeconds(3))))
			.settings(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2)).withBeacon(INTERVAL))
			.build();
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void connectionLost(Throwable cause) {
				BeaconTests.this.lost.add(cause);
			}

			@Override
			public void connectionRecovered() {
				BeaconTests.this.recovered.incrementAndGet();
			}

		});
		return kiwi;
	}

	private static HikariDataSource pool(URI server, FaultyProxy proxy) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:" + server.getScheme() + "://" + proxy.host() + ":" + proxy.port() + server.getPath()
				+ "?" + server.getQuery());
		pool.setConnectionTimeout(20_000);
		pool.setMaximumPoolSize(10);
		return pool;
	}

	private static Map<String, Duration> ages(KiwiCommunicator kiwi) {
		return ((EngineStatistics) kiwi).snapshot().beacons();
	}

}

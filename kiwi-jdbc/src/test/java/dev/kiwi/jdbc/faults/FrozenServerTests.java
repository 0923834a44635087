package dev.kiwi.jdbc.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.test.database.PostgreSqlServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A PostgreSQL that stands still with all its connections open, and goes on with what was
 * sent to it meanwhile.
 */
@Timeout(120)
class FrozenServerTests {

	private static final Duration BEACON = Duration.ofMillis(500);

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private final Semaphore release = new Semaphore(0);

	private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

	private final Set<String> together = ConcurrentHashMap.newKeySet();

	private final Queue<String> interrupted = new ConcurrentLinkedQueue<>();

	@Test
	void itIsSeenWorkIsGivenUpAndAllGoesOnOnce() throws Exception {
		try (PostgreSqlServer server = new PostgreSqlServer(); HikariDataSource pool = pool(server)) {
			JdbcSchema.create(pool, JdbcSettings.DEFAULTS.tablePrefix());
			JdbcSettings hasty = Processes.SETTINGS.withSending(Duration.ofSeconds(2), 1 << 20);
			try (KiwiCommunicator one = connect(pool, Processes.SETTINGS);
					KiwiCommunicator other = connect(pool, Processes.SETTINGS);
					KiwiCommunicator impatient = connect(pool, hasty)) {
				one.addTaskSubscriber("held", String.class, this::held);
				List<TaskHandle<String>> handles = new ArrayList<>();
				handles.add(other.sendTask("held", "x", String.class));
				await().atMost(PATIENCE).until(() -> this.running.size() == 1);
				await().atMost(PATIENCE).until(() -> one.transportInfo().connected());
				for (int number = 0; number < 30; number++) {
					handles.add(other.sendTask("held", "x", String.class));
				}
				server.freeze();
				long frozen = System.nanoTime();
				handles.add(other.sendTask("held", "x", String.class));
				CompletableFuture<Void> refused = impatient.sendTask("held", "x").accepted();
				await().atMost(PATIENCE)
					.until(() -> !one.transportInfo().connected() && !other.transportInfo().connected());
				// three beacons, and the beat that is waited for
				assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(BEACON.multipliedBy(4 + 4));
				await().atMost(PATIENCE).until(() -> this.interrupted.contains(handles.get(0).id()));
				assertThat(refused).failsWithin(PATIENCE)
					.withThrowableThat()
					.withCauseInstanceOf(SendTimeoutException.class);

				server.thaw();
				other.addTaskSubscriber("held", String.class, this::held);
				this.release.release(1_000);
				for (TaskHandle<String> handle : handles) {
					assertThat(handle.result()).succeedsWithin(PATIENCE).isEqualTo("x");
				}
				assertThat(this.together).as("held by two at once").isEmpty();
				await().atMost(PATIENCE)
					.until(() -> one.transportInfo().connected() && other.transportInfo().connected());
				await().during(Duration.ofMillis(500))
					.atMost(PATIENCE)
					.until(() -> handles.stream()
						.allMatch((handle) -> other.taskState(handle.id())
							.toCompletableFuture()
							.join() == TaskState.SUCCEEDED));
				assertThat(other.deadLetters().list()).isEmpty();
			}
		}
	}

	private String held(String text, TaskContext task) throws InterruptedException {
		if (this.running.computeIfAbsent(task.id(), (id) -> new AtomicInteger()).incrementAndGet() > 1) {
			this.together.add(task.id());
		}
		try {
			this.release.acquire();
			return text;
		}
		catch (InterruptedException ex) {
			this.interrupted.add(task.id());
			throw ex;
		}
		finally {
			this.running.get(task.id()).decrementAndGet();
		}
	}

	private static KiwiCommunicator connect(HikariDataSource pool, JdbcSettings jdbc) {
		return Processes.connect(pool, jdbc, (settings) -> settings.withBeacon(BEACON));
	}

	private static HikariDataSource pool(PostgreSqlServer server) {
		HikariDataSource pool = Processes.pool(server.url());
		pool.setMaximumPoolSize(30);
		pool.setConnectionTimeout(2_000);
		return pool;
	}

}

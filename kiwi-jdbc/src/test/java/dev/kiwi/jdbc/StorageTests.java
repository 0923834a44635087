package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The tables are as large as what is alive, however much came and went.
 * {@code -Dkiwi.test.storage.tasks=1000000} has that many come and go, twice.
 */
class StorageTests {

	private static final Logger logger = LoggerFactory.getLogger(StorageTests.class);

	private static final int TASKS = Integer.getInteger("kiwi.test.storage.tasks", 10_000);

	private static final int ALIVE = 1_000;

	private static final long MIB = 1 << 20;

	private final TestDatabase database = TestDatabase.postgreSql();

	private final JdbcSettings settings = this.database.settings()
		.withLease(Duration.ofSeconds(3))
		.withKept(Duration.ZERO, Duration.ofDays(1));

	private final Database rows = new Database(this.database.dataSource(), this.settings);

	private final KiwiCommunicator kiwi = KiwiCommunicatorBuilder
		.with(new JdbcTransport(this.database.dataSource(), this.settings))
		.settings(EngineSettings.defaults().withTasks(QueueSettings.defaults().withConcurrency(4).withPrefetch(ALIVE)))
		.build();

	@BeforeEach
	void vacuumOften() throws SQLException {
		// else it comes once a minute
		configure("ALTER SYSTEM SET autovacuum_naptime = '1s'");
	}

	@AfterEach
	void close() throws SQLException {
		this.kiwi.close();
		configure("ALTER SYSTEM RESET autovacuum_naptime");
		this.database.dataSource().close();
	}

	@Test
	void whatCameAndWentLeavesNothing() throws Exception {
		Semaphore room = new Semaphore(ALIVE);
		this.kiwi.addTaskSubscriber("storage", String.class, (text, task) -> {
			room.release();
			return null;
		});
		long first = comeAndGo(room);
		long second = comeAndGo(room);
		assertThat(first).isLessThan(Math.max(64 * MIB, TASKS * 1_024L / 4));
		// autovacuum is a moment late now and then; unvacuumed, the second part takes 13
		// MiB or more
		assertThat(second).isLessThan(first + first / 10 + 8 * MIB);
	}

	/** How large the tables are after that. */
	private long comeAndGo(Semaphore room) throws Exception {
		String payload = "x".repeat(1_000);
		long begin = System.nanoTime();
		for (int number = 0; number < TASKS; number++) {
			assertThat(room.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
			if (number % 10 == 0) {
				this.kiwi.sendTask("storage", payload, String.class);
			}
			else {
				this.kiwi.sendTask("storage", payload);
			}
		}
		long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
		await().atMost(Duration.ofMinutes(5))
			.until(() -> count("SELECT COUNT(*) FROM {task} WHERE namespace = ?") == 0);
		// what is dead is told to the statistics a little later
		await().atMost(Duration.ofMinutes(2)).during(Duration.ofSeconds(2)).until(() -> count("""
				SELECT COALESCE(SUM(n_dead_tup), 0) FROM pg_stat_user_tables
				WHERE ? <> '' AND relname IN ('kiwi_task', 'kiwi_message') AND n_dead_tup > 1500""") == 0);
		long task = count("SELECT pg_total_relation_size('kiwi_task') WHERE ? <> ''");
		long message = count("SELECT pg_total_relation_size('kiwi_message') WHERE ? <> ''");
		logger.info("{} tasks came and went in {} ms; the tables of tasks and messages have {} and {} KiB", TASKS, took,
				task / 1024, message / 1024);
		return task + message;
	}

	private long count(String query) throws SQLException {
		List<Long> counted = this.rows.atOnce((tx) -> tx.query(query, (row) -> row.getLong(1), tx.namespace()));
		return counted.get(0);
	}

	private void configure(String statement) throws SQLException {
		this.rows.atOnce((tx) -> tx.update(statement));
		this.rows.atOnce((tx) -> tx.query("SELECT pg_reload_conf()", (row) -> row.getBoolean(1)));
	}

}

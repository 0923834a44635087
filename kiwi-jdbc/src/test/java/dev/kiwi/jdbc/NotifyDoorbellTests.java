package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The bell over PostgreSQL.
 */
@Timeout(60)
class NotifyDoorbellTests {

	private final TestDatabase database = TestDatabase.postgreSql();

	private final Database rows = new Database(this.database.dataSource(), this.database.settings());

	private final KiwiCommunicator kiwi = KiwiCommunicatorBuilder
		.with(new JdbcTransport(this.database.dataSource(), this.rows.settings()))
		.build();

	@AfterEach
	void close() {
		this.kiwi.close();
		this.database.dataSource().close();
	}

	@Test
	void aListenerThatWasCutOffListensAgain() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		assertThat(this.kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(cut()).isPositive();
		assertThat(this.kiwi.sendTask("work", "missed", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS);
		await().until(() -> listeners() > 0);
		for (int number = 0; number < 20; number++) {
			assertThat(this.kiwi.sendTask("work", "heard", String.class).result()).succeedsWithin(1, TimeUnit.SECONDS);
		}
	}

	@Test
	void wordsLongerThanANotificationAreHeardAllTheSame() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		String result = "x".repeat(100_000);
		assertThat(this.kiwi.sendTask("work", result, String.class).result()).succeedsWithin(10, TimeUnit.SECONDS)
			.isEqualTo(result);
		this.rows.inTransaction((tx) -> {
			for (int number = 0; number < 100; number++) {
				tx.ring(Bell.queue("q".repeat(190) + number));
			}
			return null;
		});
		assertThat(this.kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@Test
	void whatIsRungHereIsHeardWithTheCommitAndOnce() throws Exception {
		List<String> heard = new CopyOnWriteArrayList<>();
		Set<String> queues = new CopyOnWriteArraySet<>(Set.of("committed", "kept"));
		Database here = new Database(this.database.dataSource(), this.rows.settings());
		BellListener listener = new BellListener(here, new Doorbell.Ear("here", () -> queues, heard::add, () -> true));
		listener.start();
		await().until(() -> heard.contains(Bell.EVERYWHERE));
		here.inTransaction((tx) -> {
			tx.ring(Bell.queue("committed"));
			return null;
		});
		assertThat(heard).contains("queue:committed");
		here.atOnce((tx) -> {
			tx.ring(Bell.queue("at-once"));
			return tx.update("UPDATE {instance} SET listening = TRUE WHERE 1 = 0");
		});
		assertThat(heard).contains("queue:at-once");
		rungByItsOwnCommit("left", false);
		rungByItsOwnCommit("worked-on-elsewhere", true);
		rungByItsOwnCommit("kept", true);
		// what comes from elsewhere comes in the order of the commits
		await().until(() -> heard.contains("queue:kept"));
		queues.add("later");
		this.rows.inTransaction((tx) -> {
			tx.ring(new Bell("here", Doorbell.LISTEN));
			return null;
		});
		await().until(() -> heard.contains("queue:later"));
		rungByItsOwnCommit("later", true);
		this.rows.inTransaction((tx) -> {
			tx.ring(new Bell("here", Doorbell.CLOSE));
			return null;
		});
		listener.close(Duration.ofSeconds(10));
		assertThat(heard).containsExactly(Bell.EVERYWHERE, "queue:committed", "queue:at-once", "queue:kept",
				Doorbell.LISTEN, "queue:later", "queue:later");
	}

	@Test
	void whoTakesUpAQueueLaterIsWokenForIt() throws Exception {
		await().until(() -> listeners() > 0);
		this.kiwi.addTaskSubscriber("later", String.class, (text, task) -> text);
		try (KiwiCommunicator sender = KiwiCommunicatorBuilder
			.with(new JdbcTransport(this.database.dataSource(), this.rows.settings()))
			.build()) {
			for (int number = 0; number < 20; number++) {
				assertThat(sender.sendTask("later", "x", String.class).result()).succeedsWithin(2, TimeUnit.SECONDS);
			}
		}
	}

	/** In a transaction of a caller's, by another process. */
	private void rungByItsOwnCommit(String queue, boolean committed) throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			Tx tx = this.rows.in(connection, true);
			tx.ring(Bell.queue(queue));
			tx.update("UPDATE {instance} SET listening = TRUE WHERE 1 = 0");
			assertThat(tx.silent()).isEmpty();
			if (committed) {
				connection.commit();
			}
			else {
				connection.rollback();
			}
		}
	}

	@Test
	void listensBesideThePool() {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		assertThat(this.kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS);
		await().until(() -> listeners() > 0);
		await().until(() -> this.database.dataSource().getHikariPoolMXBean().getActiveConnections() == 0);
	}

	private int cut() throws SQLException {
		return this.rows.atOnce(
				(tx) -> tx
					.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN kiwi%'",
							(row) -> true)
					.size());
	}

	private int listeners() throws SQLException {
		return this.rows.atOnce((tx) -> tx
			.query("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN kiwi%' AND state = 'idle'", (row) -> true)
			.size());
	}

}

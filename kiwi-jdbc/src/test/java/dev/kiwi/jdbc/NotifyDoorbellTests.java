package dev.kiwi.jdbc;

import java.sql.SQLException;
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

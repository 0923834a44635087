package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.QueueDepths.Depth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What it costs to look at a large table: pages that PostgreSQL reads, by its own
 * statistics.
 */
@Timeout(120)
class TaskQueriesTests {

	/**
	 * Of some 6,000 that the table and its indexes have. Each running task is on another.
	 */
	private static final long FEW = 600;

	private static final TaskQuery ALL = TaskQuery.all();

	private static TestDatabase database;

	private static JdbcSettings settings;

	private static Database tables;

	@BeforeAll
	static void fill() throws SQLException {
		database = TestDatabase.postgreSql();
		// what others leave in their tables would be walked through
		settings = database.settings().withTablePrefix("queries_");
		JdbcSchema.create(database.dataSource(), settings.tablePrefix());
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			// what that reads would be counted
			statement.execute("ALTER TABLE queries_task SET (autovacuum_enabled = FALSE)");
			statement.execute(
					"""
							INSERT INTO queries_task (namespace, id, queue, unique_key, state, priority, due, headers, body, owner,
							outcome, keep_until)
							SELECT '%s', 'id-' || n, CASE WHEN n %% 1000 = 7 THEN 'rare' ELSE 'queue-' || n %% 5 END,
							CASE WHEN n %% 10 = 3 THEN 'key-' || n END, s, 0,
							clock_timestamp() - (100000 - n) * interval '30 ms', '{}', repeat('x', 200)::bytea,
							CASE WHEN s = 1 AND NOT over THEN 'worker-' || n / 300 %% 20 || '/1' END,
							CASE WHEN over THEN CASE s WHEN 3 THEN 'EXCEPTION' ELSE 'RESULT' END END,
							clock_timestamp() + CASE WHEN over THEN CASE s WHEN 3 THEN interval '167 h' ELSE interval '23 h' END END
							FROM (SELECT n, s, s = 3 OR s = 1 AND n %% 300 <> 1 AS over FROM (SELECT n, CASE WHEN n %% 300 = 1 THEN 1
							WHEN n %% 100 = 2 THEN 2 WHEN n %% 50 = 4 THEN 3 WHEN n %% 100 = 3 OR n %% 1000 = 7 THEN 0 ELSE 1 END AS s
							FROM generate_series(1, 100000) n) AS states) AS tasks
							"""
						.formatted(settings.namespace()));
			statement.execute(
					"""
							INSERT INTO queries_claim (namespace, owner, tasks) SELECT namespace, owner, array_agg(seq) FROM queries_task
							WHERE owner IS NOT NULL GROUP BY namespace, owner""");
			statement.execute("VACUUM ANALYZE queries_task");
		}
		HikariDataSource one = new HikariDataSource();
		one.setJdbcUrl(database.url());
		one.setMaximumPoolSize(1);
		tables = new Database(one, settings);
	}

	@AfterAll
	static void close() {
		((HikariDataSource) tables.dataSource()).close();
		database.dataSource().close();
	}

	@Test
	void aPageCostsWhatItShows() throws SQLException {
		String later = tables.inTransaction((tx) -> TaskQueries.list(tx, ALL.after("90000"))).next();
		Map<TaskQuery, Integer> pages = new LinkedHashMap<>();
		pages.put(ALL, 100);
		pages.put(ALL.after(later), 100);
		pages.put(ALL.inQueue("queue-3"), 100);
		pages.put(ALL.inState(TaskState.QUEUED), 100);
		pages.put(ALL.inState(TaskState.RUNNING), 100);
		pages.put(ALL.inState(TaskState.DELAYED), 100);
		pages.put(ALL.inState(TaskState.SUCCEEDED), 100);
		pages.put(ALL.inState(TaskState.FAILED), 100);
		pages.put(ALL.inQueue("rare").inState(TaskState.QUEUED), 100);
		pages.put(ALL.inQueue("none").inState(TaskState.QUEUED), 0);
		pages.put(ALL.inQueue("queue-1").inState(TaskState.RUNNING), 100);
		pages.put(ALL.onWorker("worker-7"), 17);
		pages.put(ALL.onWorker("nobody"), 0);
		pages.put(ALL.withKey("key-50003"), 1);
		pages.put(ALL.inQueue("queue-3").withKey("key-50003"), 1);
		pages.put(ALL.olderThan(Duration.ofMinutes(30)), 100);
		pages.put(ALL.inState(TaskState.QUEUED).olderThan(Duration.ofMinutes(30)), 100);
		pages.put(ALL.inState(TaskState.QUEUED).olderThan(Duration.ofDays(1)), 0);
		for (Map.Entry<TaskQuery, Integer> page : pages.entrySet()) {
			// the driver and the server change their plans with the sixth and the
			// eleventh
			for (int time = 0; time < 12; time++) {
				long before = read();
				assertThat(tables.inTransaction((tx) -> TaskQueries.list(tx, page.getKey())).tasks())
					.as("%s", page.getKey())
					.hasSize(page.getValue());
				assertThat(read() - before).as("pages for %s", page.getKey()).isLessThan(FEW);
			}
		}
	}

	@Test
	void depthsAreCountedByTheirIndexes() throws SQLException {
		long before = read();
		Map<String, Depth> depths = tables.inTransaction((tx) -> TaskQueries.depths(tx, Set.of("none")));
		assertThat(read() - before).isLessThan(4 * FEW);
		assertThat(depths).hasSize(4).containsEntry("none", new Depth(0, 0L, null, null));
		assertThat(depths.get("queue-3").ready()).isEqualTo(1_000);
		assertThat(depths.get("queue-2").delayed()).isEqualTo(1_000);
	}

	@Test
	void whatTakesTooLongIsGivenUpAndSaid() throws SQLException {
		SQLException givenUp = catchThrowableOfType(SQLException.class, () -> tables.inTransaction((tx) -> {
			tx.limit(Duration.ofSeconds(1));
			return tx.query("SELECT pg_sleep(30)", (row) -> true);
		}));
		assertThat(tables.failure("Listing tasks failed", givenUp)).isInstanceOf(DeliveryFailedException.class)
			.hasMessageContaining("Listing tasks failed")
			.hasMessageContaining("took too long")
			.hasMessageContaining("by their state, worker, or queue and key");
		assertThat(tables.isThere()).isTrue();
	}

	@Test
	void aLimitHoldsForItsTransactionOnly() throws SQLException {
		TestDatabase h2 = TestDatabase.h2();
		try (HikariDataSource one = new HikariDataSource()) {
			one.setJdbcUrl(h2.url());
			one.setMaximumPoolSize(1);
			Database limited = new Database(one, settings);
			String limit = "SELECT setting_value FROM information_schema.settings WHERE setting_name = 'QUERY_TIMEOUT'";
			List<Integer> within = limited.inTransaction((tx) -> {
				tx.limit(TaskQueries.LIMIT);
				return tx.query(limit, (row) -> row.getInt(1));
			});
			List<Integer> after = limited.atOnce((tx) -> tx.query(limit, (row) -> row.getInt(1)));
			assertThat(within).containsExactly(10_000);
			assertThat(after).containsExactly(0);
		}
		finally {
			h2.dataSource().close();
		}
	}

	/** How many pages of the table and its indexes were read until now, from wherever. */
	private static long read() throws SQLException {
		tables.atOnce((tx) -> tx.query("SELECT pg_stat_force_next_flush()", (row) -> true));
		tables.atOnce((tx) -> tx.query("SELECT 1", (row) -> true));
		return tables
			.atOnce((tx) -> tx.query("SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit FROM "
					+ "pg_statio_user_tables WHERE relname = 'queries_task'", (row) -> row.getLong(1)))
			.get(0);
	}

}

package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Where kiwi's tables are.
 */
@OnEachDatabase
@Timeout(60)
class TablesTests {

	private final TestDatabase database;

	private final JdbcClient client;

	TablesTests(TestDatabase.Kind kind) {
		this.database = kind.open();
		this.client = JdbcClient.create(this.database.dataSource());
	}

	@AfterEach
	void close() {
		this.database.dataSource().close();
	}

	@Test
	void theyMayBeInAnotherSchemaThanTheConnectionsOwn() {
		this.client.sql("CREATE SCHEMA IF NOT EXISTS other").update();
		for (int times = 0; times < 2; times++) {
			JdbcSchema.create(this.database.dataSource(), "other.kiwi_");
		}
		JdbcSettings settings = this.database.settings().withTablePrefix("other.kiwi_");
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder
			.with(new JdbcTransport(this.database.dataSource(), settings))
			.build()) {
			kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
			assertThat(kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
				.isEqualTo("x");
		}
		assertThat(rows("other.kiwi_task", settings)).isOne();
		assertThat(rows("kiwi_task", settings)).isZero();
	}

	@Test
	void aSchemaThatIsNotThereIsNamed() {
		assertThatExceptionOfType(KiwiException.class)
			.isThrownBy(() -> JdbcSchema.create(this.database.dataSource(), "nowhere.kiwi_"))
			.withMessageContainingAll("nowhere.kiwi_", "kiwi.jdbc.table-prefix");
	}

	/** PostgreSQL cuts names that are longer, and finds them to be there already. */
	@Test
	void theLongestPrefixLeavesRoomForAllNames() throws SQLException {
		String prefix = "p".repeat(46);
		JdbcSchema.create(this.database.dataSource(), prefix);
		JdbcSettings settings = this.database.settings().withTablePrefix(prefix);
		Set<String> indexes = new HashSet<>();
		try (Connection connection = this.database.dataSource().getConnection()) {
			for (String table : List.of("task", "claim", "message")) {
				String name = (prefix + table);
				String stored = connection.getMetaData().storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT)
						: name;
				try (ResultSet found = connection.getMetaData().getIndexInfo(null, null, stored, false, false)) {
					while (found.next()) {
						indexes.add(found.getString("INDEX_NAME").toLowerCase(Locale.ROOT).replace(prefix, ""));
					}
				}
			}
		}
		assertThat(indexes).contains("task_id", "task_key", "task_waiting", "task_delayed", "claim_kept",
				"message_recipient", "message_expires");
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withTablePrefix(prefix + "p"))
			.withMessageContainingAll("kiwi.jdbc.table-prefix", "46");
	}

	@Test
	void thePoolNeedNotCommitEachStatement() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.database.url());
			pool.setAutoCommit(false);
			JdbcSchema.create(pool, "uncommitted_");
			JdbcSettings settings = this.database.settings().withTablePrefix("uncommitted_");
			try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new JdbcTransport(pool, settings)).build()) {
				kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
				assertThat(kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
					.isEqualTo("x");
			}
		}
	}

	@Test
	void severalProcessesMayCreateThemAtOnce() {
		ExecutorService processes = Executors.newFixedThreadPool(8);
		try {
			for (int round = 0; round < 3; round++) {
				String prefix = "race" + round + "_";
				CyclicBarrier start = new CyclicBarrier(8);
				List<CompletableFuture<Void>> created = Stream
					.generate(() -> CompletableFuture.runAsync(() -> create(prefix, start), processes))
					.limit(8)
					.toList();
				assertThat(created).allSatisfy((each) -> assertThat(each).succeedsWithin(20, TimeUnit.SECONDS));
				assertThat(rows(prefix + "lock", this.database.settings())).isZero();
			}
		}
		finally {
			processes.shutdown();
		}
	}

	private void create(String prefix, CyclicBarrier start) {
		try {
			start.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		JdbcSchema.create(this.database.dataSource(), prefix);
	}

	private int rows(String table, JdbcSettings settings) {
		return this.client.sql("SELECT count(*) FROM " + table + " WHERE namespace = ?")
			.param(settings.namespace())
			.query(Integer.class)
			.single();
	}

}

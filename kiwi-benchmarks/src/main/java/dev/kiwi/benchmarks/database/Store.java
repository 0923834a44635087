package dev.kiwi.benchmarks.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.benchmarks.harness.Machine;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.jdbc.JdbcTransport;

/**
 * A database, and how each kind of client connects to it.
 */
final class Store {

	/** How many handlers run at once. */
	static final int HANDLERS = 4;

	/** How many tasks each of them has in hand. */
	static final int BATCH = 100;

	private static final AtomicInteger names = new AtomicInteger();

	private final String name;

	private final Supplier<String> url;

	private final Machine machine;

	/**
	 * A database, started when it is first used.
	 * @param name what it is called in the report
	 * @param url where it is
	 * @param machine learns its version
	 */
	Store(String name, Supplier<String> url, Machine machine) {
		this.name = name;
		this.url = url;
		this.machine = machine;
	}

	/** A pool of connections. */
	HikariDataSource pool() throws SQLException {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(this.url.get());
		pool.setMaximumPoolSize(30);
		try (Connection connection = pool.getConnection()) {
			this.machine.version(this.name, connection.getMetaData().getDatabaseProductVersion());
		}
		return pool;
	}

	/** Runs statements. */
	static void execute(HikariDataSource pool, String... statements) throws SQLException {
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			for (String text : statements) {
				statement.execute(text);
			}
		}
	}

	/** A process' communicator, on tables of its own or of those who share the prefix. */
	static KiwiCommunicator kiwi(HikariDataSource pool, String prefix) {
		JdbcSchema.create(pool, prefix);
		EngineSettings settings = EngineSettings.defaults();
		return KiwiCommunicatorBuilder.with(new JdbcTransport(pool, JdbcSettings.DEFAULTS.withTablePrefix(prefix)))
			.settings(settings.withTasks(settings.tasks().withConcurrency(HANDLERS).withPrefetch(HANDLERS * BATCH)))
			.build();
	}

	/** A name that nobody has had yet. */
	static String name() {
		return "bench" + names.incrementAndGet() + "_";
	}

}

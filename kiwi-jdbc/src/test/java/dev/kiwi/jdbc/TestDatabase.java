package dev.kiwi.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.test.database.Databases;

/**
 * One database for a class of tests, which ask for namespaces of their own in it.
 */
final class TestDatabase {

	private static final AtomicInteger namespaces = new AtomicInteger();

	private final HikariDataSource shared;

	private final String url;

	private TestDatabase(String url) {
		this.url = url;
		this.shared = pool(url);
		JdbcSchema.create(this.shared, JdbcSettings.DEFAULTS.tablePrefix());
	}

	static TestDatabase postgreSql() {
		return new TestDatabase(Databases.postgreSql());
	}

	static TestDatabase h2() {
		return new TestDatabase(Databases.h2());
	}

	/** What all of a test's processes share. */
	HikariDataSource dataSource() {
		return this.shared;
	}

	String url() {
		return this.url;
	}

	JdbcSettings settings() {
		return JdbcSettings.DEFAULTS.withNamespace("test" + namespaces.incrementAndGet());
	}

	private static HikariDataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(80);
		pool.setMinimumIdle(2);
		return pool;
	}

	/**
	 * What there is.
	 */
	enum Kind {

		H2, POSTGRESQL;

		/** Opens one, for the caller to close. */
		TestDatabase open() {
			return (this == H2) ? h2() : postgreSql();
		}

	}

}

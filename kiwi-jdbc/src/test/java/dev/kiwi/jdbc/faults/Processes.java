package dev.kiwi.jdbc.faults;

import java.time.Duration;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.jdbc.JdbcTransport;

/**
 * Communicators over a database, each with a pool of its own as in a process of its own.
 */
final class Processes {

	/** Short, so that what is frozen for two seconds is frozen past it. */
	static final Duration LEASE = Duration.ofSeconds(1);

	/** Longer than a server needs to come back. */
	static final JdbcSettings SETTINGS = JdbcSettings.DEFAULTS.withLease(LEASE)
		.withSending(Duration.ofSeconds(90), JdbcSettings.DEFAULTS.windowBytes());

	private Processes() {
	}

	static HikariDataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		pool.setMaximumPoolSize(10);
		pool.setMinimumIdle(1);
		return pool;
	}

	static KiwiCommunicator connect(HikariDataSource pool, UnaryOperator<EngineSettings> settings) {
		return connect(pool, SETTINGS, settings);
	}

	static KiwiCommunicator connect(HikariDataSource pool, JdbcSettings jdbc, UnaryOperator<EngineSettings> settings) {
		return KiwiCommunicatorBuilder.with(new JdbcTransport(pool, jdbc))
			.settings(settings.apply(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2))))
			.build();
	}

}

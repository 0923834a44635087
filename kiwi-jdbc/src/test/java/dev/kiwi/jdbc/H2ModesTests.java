package dev.kiwi.jdbc;

import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.database.Databases;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * H2 that reads SQL as other databases do.
 */
@Timeout(60)
class H2ModesTests {

	@ParameterizedTest
	@ValueSource(strings = { "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH", "MODE=MySQL",
			"MODE=DB2", "DATABASE_TO_UPPER=FALSE", "CASE_INSENSITIVE_IDENTIFIERS=TRUE" })
	void itIsUsedAsItIs(String mode) {
		try (HikariDataSource pool = pool(mode)) {
			JdbcSchema.create(pool, "kiwi_");
			try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new JdbcTransport(pool, JdbcSettings.DEFAULTS))
				.build()) {
				kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
				assertThat(kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS)
					.isEqualTo("x");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Oracle", "MSSQLServer", "Derby", "STRICT" })
	void orItIsRefusedAtOnce(String mode) {
		try (HikariDataSource pool = pool("MODE=" + mode)) {
			assertThatExceptionOfType(UnsupportedDatabaseException.class)
				.isThrownBy(() -> JdbcSchema.create(pool, "kiwi_"))
				.withMessageContainingAll("MODE=" + mode, "MODE=PostgreSQL", "kiwi.jdbc.data-source");
		}
	}

	private static HikariDataSource pool(String mode) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(Databases.h2() + ";" + mode);
		pool.setMaximumPoolSize(JdbcTransport.CONNECTIONS);
		return pool;
	}

}

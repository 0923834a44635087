package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Databases in which nothing can be kept: the error says what to do.
 */
@Timeout(60)
class UnusableTests {

	private final TestDatabase database = TestDatabase.postgreSql();

	@AfterEach
	void close() {
		this.database.dataSource().close();
	}

	@Test
	void oneThatIsReadOnly() {
		try (HikariDataSource readOnly = new HikariDataSource()) {
			readOnly.setJdbcUrl(this.database.url() + "&options=-c%20default_transaction_read_only=on");
			assertThatExceptionOfType(KiwiException.class)
				.isThrownBy(() -> new JdbcTransport(readOnly, this.database.settings()))
				.withMessageContaining("kiwi_")
				.withMessageContaining("read-only")
				.withMessageContaining("the user may write");
			assertThatExceptionOfType(KiwiException.class).isThrownBy(() -> JdbcSchema.create(readOnly, "absent_"))
				.withMessageContaining("absent_")
				.withMessageContaining("read-only")
				.withMessageContaining("kiwi.jdbc.initialize-schema");
		}
	}

	@Test
	void oneWithoutTheTables() {
		assertThatExceptionOfType(KiwiException.class)
			.isThrownBy(() -> new JdbcTransport(this.database.dataSource(),
					this.database.settings().withTablePrefix("nowhere.kiwi_")))
			.withMessageContaining("nowhere.kiwi_")
			.withMessageContaining("kiwi.jdbc.initialize-schema=always");
	}

	@Test
	void oneWithOtherTablesOfTheSameName() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE TABLE IF NOT EXISTS other_instance (id bigint)");
		}
		assertThatExceptionOfType(KiwiException.class)
			.isThrownBy(() -> new JdbcTransport(this.database.dataSource(),
					this.database.settings().withTablePrefix("other_")))
			.withMessageContaining("other_")
			.withMessageContaining("listening")
			.withMessageContaining("schema-postgresql.sql");
	}

}

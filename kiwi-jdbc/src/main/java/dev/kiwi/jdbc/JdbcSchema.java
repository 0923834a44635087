package dev.kiwi.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import dev.kiwi.KiwiException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.jdbc.datasource.init.ScriptException;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * The tables: {@code dev/kiwi/jdbc/schema-postgresql.sql} and {@code schema-h2.sql} on
 * the class path, for Flyway and Liquibase as they are.
 */
public final class JdbcSchema {

	private static final String PREFIX = JdbcSettings.DEFAULTS.tablePrefix();

	private JdbcSchema() {
	}

	/**
	 * Creates the tables that are not there. Several processes may do so at the same
	 * time.
	 * @param dataSource the database
	 * @param tablePrefix what their names start with, as {@link JdbcSettings#tablePrefix}
	 * @throws KiwiException where the database refuses
	 */
	public static void create(DataSource dataSource, String tablePrefix) {
		try (Connection connection = dataSource.getConnection()) {
			Dialect dialect = Dialect.of(connection);
			byte[] script = script(dialect, tablePrefix).getBytes(StandardCharsets.UTF_8);
			connection.setAutoCommit(true);
			dialect.alone(connection,
					() -> ScriptUtils.executeSqlScript(connection, new ByteArrayResource(script, "kiwi's tables")));
		}
		catch (SQLException | ScriptException ex) {
			throw new KiwiException("kiwi's tables '" + tablePrefix + "…' could not be created: "
					+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage()
					+ " (kiwi.jdbc.initialize-schema, kiwi.jdbc.table-prefix)", ex);
		}
	}

	/** An index has its table's schema, and must not name it. */
	private static String script(Dialect dialect, String tablePrefix) {
		String name = dialect.schema();
		try (InputStream script = Objects.requireNonNull(JdbcSchema.class.getResourceAsStream(name), name)) {
			String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
			return text
				.replace("INDEX IF NOT EXISTS " + PREFIX,
						"INDEX IF NOT EXISTS " + tablePrefix.substring(tablePrefix.indexOf('.') + 1))
				.replace("TABLE IF NOT EXISTS " + PREFIX, "TABLE IF NOT EXISTS " + tablePrefix)
				.replace(" ON " + PREFIX, " ON " + tablePrefix);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

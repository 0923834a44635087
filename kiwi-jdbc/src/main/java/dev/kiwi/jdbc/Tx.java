package dev.kiwi.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One transaction. Statements name tables and the clock in braces, see {@link Sql}.
 */
final class Tx {

	private final Connection connection;

	private final Sql sql;

	private final Doorbell.Place place;

	private final JdbcSettings settings;

	private final Set<Bell> bells = new LinkedHashSet<>();

	Tx(Connection connection, Sql sql, Doorbell.Place place, JdbcSettings settings) {
		this.connection = connection;
		this.sql = sql;
		this.place = place;
		this.settings = settings;
	}

	Connection connection() {
		return this.connection;
	}

	Doorbell.Place place() {
		return this.place;
	}

	JdbcSettings settings() {
		return this.settings;
	}

	/** Whose rows these are: the first parameter of nearly every statement. */
	String namespace() {
		return this.place.namespace();
	}

	Dialect dialect() {
		return this.sql.dialect();
	}

	/** Rings when this is committed. */
	void ring(Bell bell) {
		this.bells.add(bell);
	}

	Set<Bell> bells() {
		return this.bells;
	}

	/** A parameter for {@code = ANY(?)}. */
	Array array(Collection<String> texts) throws SQLException {
		return this.connection.createArrayOf("varchar", texts.toArray());
	}

	/** The same for numbers. */
	Array numbers(Collection<Long> numbers) throws SQLException {
		return this.connection.createArrayOf("bigint", numbers.toArray());
	}

	int update(String template, @Nullable Object... parameters) throws SQLException {
		try (PreparedStatement statement = prepared(this.sql.of(template), parameters)) {
			return statement.executeUpdate();
		}
	}

	/** How many rows each of the executions changed. */
	int[] batch(String template, List<@Nullable Object[]> rows) throws SQLException {
		if (rows.isEmpty()) {
			return new int[0];
		}
		if (rows.size() == 1) {
			return new int[] { update(template, rows.get(0)) };
		}
		try (PreparedStatement statement = this.connection.prepareStatement(this.sql.of(template))) {
			for (@Nullable
			Object[] row : rows) {
				bind(statement, row);
				statement.addBatch();
			}
			return statement.executeBatch();
		}
	}

	<R> List<R> query(String template, Reader<R> reader, @Nullable Object... parameters) throws SQLException {
		return read(this.sql.of(template), reader, parameters);
	}

	/** Updates, and reads columns of what it changed, in no order. */
	<R> List<R> updating(String template, String columns, Reader<R> reader, @Nullable Object... parameters)
			throws SQLException {
		return read(this.sql.updating(template, columns), reader, parameters);
	}

	/** Deletes, and reads columns of what it deleted, in no order. */
	<R> List<R> deleting(String template, String columns, Reader<R> reader, @Nullable Object... parameters)
			throws SQLException {
		return read(this.sql.deleting(template, columns), reader, parameters);
	}

	private <R> List<R> read(String text, Reader<R> reader, @Nullable Object... parameters) throws SQLException {
		try (PreparedStatement statement = prepared(text, parameters); ResultSet rows = statement.executeQuery()) {
			List<R> read = new ArrayList<>();
			while (rows.next()) {
				read.add(reader.read(rows));
			}
			return read;
		}
	}

	private PreparedStatement prepared(String text, @Nullable Object... parameters) throws SQLException {
		PreparedStatement statement = this.connection.prepareStatement(text);
		try {
			bind(statement, parameters);
			return statement;
		}
		catch (SQLException ex) {
			statement.close();
			throw ex;
		}
	}

	private static void bind(PreparedStatement statement, @Nullable Object... parameters) throws SQLException {
		for (int index = 0; index < parameters.length; index++) {
			Object parameter = parameters[index];
			if (parameter instanceof byte[] bytes) {
				statement.setBytes(index + 1, bytes);
			}
			else {
				statement.setObject(index + 1, parameter);
			}
		}
	}

	/**
	 * Makes something of a row.
	 */
	@FunctionalInterface
	interface Reader<R> {

		R read(ResultSet row) throws SQLException;

	}

	/**
	 * What is done in a transaction.
	 */
	@FunctionalInterface
	interface Work<R extends @Nullable Object> {

		R in(Tx tx) throws SQLException;

	}

}

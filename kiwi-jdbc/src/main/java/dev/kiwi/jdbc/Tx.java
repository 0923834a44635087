package dev.kiwi.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

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

	private boolean durable;

	private int seconds;

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

	/**
	 * Somebody relies on what is written: it survives power loss where that is asked for.
	 */
	void durable() {
		this.durable = true;
	}

	/**
	 * From now on a query that takes longer is given up: {@link Database#failure} says
	 * so.
	 */
	void limit(Duration limit) {
		this.seconds = Math.toIntExact(limit.toSeconds());
	}

	void commit() throws SQLException {
		this.connection.commit();
		force();
	}

	/** Forces what is committed to the disk. */
	void force() throws SQLException {
		if (this.durable && this.settings.survivePowerLoss()) {
			dialect().force(this);
		}
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

	/** How many of the rows were inserted. */
	int insertAll(String template, List<@Nullable Object[]> rows) throws SQLException {
		ForRows statement = this.sql.forRows(template);
		if (rows.isEmpty()) {
			return 0;
		}
		if (!statement.isOne()) {
			return IntStream.of(eachOf(statement, rows)).sum();
		}
		try (PreparedStatement prepared = prepared(statement.text(), arrays(statement, rows))) {
			return prepared.executeUpdate();
		}
	}

	/** Updates by rows, and tells which of them it found something for. */
	boolean[] updateAll(String template, List<@Nullable Object[]> rows) throws SQLException {
		boolean[] found = new boolean[rows.size()];
		ForRows statement = this.sql.forRows(template);
		if (rows.isEmpty()) {
			return found;
		}
		if (statement.isOne()) {
			read(statement.text(), (row) -> row.getInt(1), arrays(statement, rows))
				.forEach((ordinal) -> found[ordinal - 1] = true);
		}
		else {
			int[] changed = eachOf(statement, rows);
			for (int index = 0; index < found.length; index++) {
				found[index] = changed[index] != 0;
			}
		}
		return found;
	}

	private Object[] arrays(ForRows statement, List<@Nullable Object[]> rows) throws SQLException {
		Object[] arrays = new Object[statement.columns().size()];
		for (int index = 0; index < arrays.length; index++) {
			ForRows.Column column = statement.columns().get(index);
			arrays[index] = this.connection.createArrayOf(column.kind().word(), column.of(rows, index));
		}
		return arrays;
	}

	private int[] eachOf(ForRows statement, List<@Nullable Object[]> rows) throws SQLException {
		try (PreparedStatement prepared = this.connection.prepareStatement(statement.text())) {
			for (@Nullable
			Object[] row : rows) {
				bind(prepared, row);
				prepared.addBatch();
			}
			return prepared.executeBatch();
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
		try (PreparedStatement statement = prepared(text, parameters)) {
			if (this.seconds == 0) {
				return read(statement, reader);
			}
			statement.setQueryTimeout(this.seconds);
			try {
				return read(statement, reader);
			}
			finally {
				// H2 keeps it for the connection
				statement.setQueryTimeout(0);
			}
		}
	}

	private static <R> List<R> read(PreparedStatement statement, Reader<R> reader) throws SQLException {
		try (ResultSet rows = statement.executeQuery()) {
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

package dev.kiwi.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import dev.kiwi.jdbc.Database.Known;
import org.jspecify.annotations.Nullable;

/**
 * One transaction. Statements name tables and the clock in braces, see {@link Sql}.
 */
final class Tx {

	private static final String PICKED = "{picked}";

	private static final String END_PICKED = "{end_picked}";

	private final Connection connection;

	private final Known known;

	private final JdbcSettings settings;

	/** Whether a bell goes along with the next statement, where one can. */
	private final boolean ringsAlong;

	private final Set<Bell> bells = new LinkedHashSet<>();

	private final Set<Bell> heardHere = new HashSet<>();

	private final Set<Bell> wentAlong = new HashSet<>();

	/** Sent with the next statement, before it. */
	private final List<Call> before = new ArrayList<>();

	private boolean durable;

	private int seconds;

	Tx(Connection connection, Known known, JdbcSettings settings, boolean ringsAlong) {
		this.connection = connection;
		this.known = known;
		this.settings = settings;
		this.ringsAlong = ringsAlong;
	}

	Connection connection() {
		return this.connection;
	}

	Doorbell.Place place() {
		return this.known.place();
	}

	JdbcSettings settings() {
		return this.settings;
	}

	/** Whose rows these are: the first parameter of nearly every statement. */
	String namespace() {
		return place().namespace();
	}

	Dialect dialect() {
		return sql().dialect();
	}

	/** Rings when this is committed. */
	void ring(Bell bell) {
		this.bells.add(bell);
		this.heardHere.remove(bell);
	}

	/** Rings for the others, as this process has heard it. */
	void ringOthers(Bell bell) {
		if (this.bells.add(bell)) {
			this.heardHere.add(bell);
		}
	}

	/**
	 * The bells that did not go along with a statement, so that the commit rings none.
	 */
	Set<Bell> silent() {
		Set<Bell> silent = new LinkedHashSet<>(this.bells);
		silent.removeAll(this.wentAlong);
		return silent;
	}

	/** The bells that this process has to hear yet. */
	Set<Bell> unheardHere() {
		Set<Bell> unheard = new LinkedHashSet<>(this.bells);
		unheard.removeAll(this.heardHere);
		return unheard;
	}

	/**
	 * Sends something with the next statement, and before it: where each statement is
	 * committed, these are committed together. Null is nothing to send.
	 */
	void before(@Nullable Call call) {
		if (call != null) {
			this.before.add(call);
		}
	}

	/** Has the next statement walk along an index, see {@link Dialect#alongIndex}. */
	void alongIndex() {
		before(dialect().alongIndex());
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
		return change(sql().of(template), parameters);
	}

	/** Sends some words to the database that change no row. */
	void execute(String text) throws SQLException {
		done(text).close();
	}

	/** How many of the rows were inserted. */
	int insertAll(String template, List<@Nullable Object[]> rows) throws SQLException {
		if (rows.isEmpty()) {
			return 0;
		}
		ForRows statement = sql().forRows(template, dialect().takesRowsTogether() ? ForRows.alike(rows) : ForRows.NONE);
		if (!statement.isOne()) {
			return IntStream.of(eachOf(statement, rows)).sum();
		}
		return change(statement.text(), statement.parameters(this.connection, rows));
	}

	/** Updates by rows, and tells which of them it found something for. */
	boolean[] updateAll(String template, List<@Nullable Object[]> rows) throws SQLException {
		boolean[] found = new boolean[rows.size()];
		if (rows.isEmpty()) {
			return found;
		}
		// a planner that knew what they have in common would look for them by that
		ForRows statement = sql().forRows(template, ForRows.NONE);
		if (statement.isOne()) {
			read(statement.text(), (row) -> row.getInt(1), statement.parameters(this.connection, rows))
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
		return read(sql().of(template), reader, parameters);
	}

	/** Updates, and reads columns of what it changed, in no order. */
	<R> List<R> updating(String template, String columns, Reader<R> reader, @Nullable Object... parameters)
			throws SQLException {
		return read(sql().updating(template, columns), reader, parameters);
	}

	/**
	 * The same for an update that asks once more for what it picks its rows by: so they
	 * may be picked before it.
	 */
	<R> List<R> updatingPicked(String template, String columns, Reader<R> reader, @Nullable Object... parameters)
			throws SQLException {
		return picked(template, (change, bound) -> updating(change, columns, reader, bound), parameters);
	}

	/** The same for a deletion of rows that nobody else changes. */
	<R> List<R> deletingPicked(String template, String columns, Reader<R> reader, @Nullable Object... parameters)
			throws SQLException {
		return picked(template, (change, bound) -> deleting(change, columns, reader, bound), parameters);
	}

	private <R> List<R> picked(String template, Change<R> change, @Nullable Object... parameters) throws SQLException {
		if (!dialect().picksBefore()) {
			return change.write(template, parameters);
		}
		int begin = template.indexOf(PICKED);
		int end = template.indexOf(END_PICKED);
		String text = template.substring(0, begin) + "seq = ANY(?)" + template.substring(end + END_PICKED.length());
		int own = (int) text.chars().filter((character) -> character == '?').count() - 1;
		List<Long> picked = query(template.substring(begin + PICKED.length(), end), (row) -> row.getLong(1),
				Arrays.copyOfRange(parameters, own, parameters.length));
		if (picked.isEmpty()) {
			return new ArrayList<>();
		}
		@Nullable Object[] bound = Arrays.copyOf(parameters, own + 1);
		bound[own] = numbers(picked);
		return change.write(text, bound);
	}

	/** Deletes, and reads columns of what it deleted, in no order. */
	<R> List<R> deleting(String template, String columns, Reader<R> reader, @Nullable Object... parameters)
			throws SQLException {
		return read(sql().deleting(template, columns), reader, parameters);
	}

	private <R> List<R> read(String text, Reader<R> reader, @Nullable Object... parameters) throws SQLException {
		try (PreparedStatement statement = done(text, parameters); ResultSet rows = statement.getResultSet()) {
			List<R> read = new ArrayList<>();
			while (rows.next()) {
				read.add(reader.read(rows));
			}
			return read;
		}
	}

	private int change(String text, @Nullable Object... parameters) throws SQLException {
		try (PreparedStatement statement = done(text, parameters)) {
			return statement.getUpdateCount();
		}
	}

	/** A statement that was executed, with what was to be sent before it. */
	private PreparedStatement done(String text, @Nullable Object... parameters) throws SQLException {
		List<Call> before = takeBefore();
		StringBuilder all = new StringBuilder();
		List<@Nullable Object> bound = new ArrayList<>();
		for (Call call : before) {
			all.append(call.text()).append("; ");
			bound.addAll(call.parameters());
		}
		bound.addAll(Arrays.asList(parameters));
		PreparedStatement statement = this.connection
			.prepareStatement(before.isEmpty() ? text : all.append(text).toString());
		try {
			bind(statement, bound.toArray());
			execute(statement);
			for (int result = 0; result < before.size(); result++) {
				statement.getMoreResults();
			}
			return statement;
		}
		catch (SQLException ex) {
			statement.close();
			throw ex;
		}
	}

	private void execute(PreparedStatement statement) throws SQLException {
		if (this.seconds == 0) {
			statement.execute();
			return;
		}
		statement.setQueryTimeout(this.seconds);
		try {
			statement.execute();
		}
		finally {
			// H2 keeps it for the connection
			statement.setQueryTimeout(0);
		}
	}

	private List<Call> takeBefore() {
		Set<Bell> silent = silent();
		Call ringing = (this.ringsAlong && !silent.isEmpty()) ? this.known.doorbell().with(place(), silent) : null;
		if (ringing != null) {
			this.before.add(ringing);
			this.wentAlong.addAll(silent);
		}
		List<Call> taken = List.copyOf(this.before);
		this.before.clear();
		return taken;
	}

	private Sql sql() {
		return this.known.sql();
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
	 * A statement, and its parameters.
	 */
	record Call(String text, List<String> parameters) {
	}

	/**
	 * Changes rows, and reads of them.
	 */
	@FunctionalInterface
	private interface Change<R> {

		List<R> write(String template, @Nullable Object[] parameters) throws SQLException;

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

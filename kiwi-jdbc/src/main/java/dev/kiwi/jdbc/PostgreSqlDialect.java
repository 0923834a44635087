package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

import dev.kiwi.jdbc.ForRows.Column;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, from version 14.
 */
final class PostgreSqlDialect implements Dialect {

	static final String PRODUCT = "PostgreSQL";

	/** Who creates kiwi's tables: its name in ASCII. */
	private static final int CREATION = 0x6b697769;

	private static final int PATIENCE_SECONDS = 60;

	private static final Tx.Call ALONG_INDEX = new Tx.Call(
			"SELECT set_config('enable_sort', 'off', true), "
					+ "set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)",
			List.of());

	/** As long as H2 waits where nothing is said. */
	private static final Tx.Call BOUND_LOCKS = new Tx.Call("SELECT set_config('lock_timeout', '2s', true)", List.of());

	private static final Tx.Call BOUND_STANDSTILL = new Tx.Call(
			"SELECT set_config('idle_in_transaction_session_timeout', '2s', true)", List.of());

	private final Doorbell doorbell = new NotifyDoorbell();

	@Override
	public String product() {
		return PRODUCT;
	}

	@Override
	public String schema() {
		return "schema-postgresql.sql";
	}

	@Override
	public String now() {
		return "clock_timestamp()";
	}

	@Override
	public long behind(Tx tx) {
		return 0;
	}

	@Override
	public String statementNow() {
		return "statement_timestamp()";
	}

	@Override
	public String fromNow() {
		return "(clock_timestamp() + CAST(? AS double precision) * interval '1 millisecond')";
	}

	@Override
	public String fromStatement() {
		return "(statement_timestamp() + CAST(? AS double precision) * interval '1 millisecond')";
	}

	/**
	 * As a mere subquery it could be run more than once, and pick others that are not
	 * locked yet.
	 */
	@Override
	public String picked() {
		return "seq = ANY(ARRAY(";
	}

	@Override
	public String endPicked() {
		return "))";
	}

	@Override
	public boolean picksBefore() {
		return false;
	}

	@Override
	public String skipLocked() {
		return "FOR UPDATE SKIP LOCKED";
	}

	@Override
	public String column(String name) {
		return "given." + name;
	}

	@Override
	public boolean takesRowsTogether() {
		return true;
	}

	/** Until the end of the transaction. */
	@Override
	public Tx.Call alongIndex() {
		return ALONG_INDEX;
	}

	@Override
	public Tx.Call boundLocks() {
		return BOUND_LOCKS;
	}

	@Override
	public Tx.Call boundStandstill() {
		return BOUND_STANDSTILL;
	}

	/**
	 * One plan and one execution for all of them. What they have in common is given once,
	 * and a single row without any array: an array is a scan of its own for the server.
	 */
	@Override
	public ForRows forRows(String text, List<Column> columns) {
		List<Column> others = columns.stream().filter((column) -> !column.alike()).toList();
		String values = columns.stream()
			.map((column) -> (column.alike() ? "CAST(? AS " + column.kind().word() + ") AS " : "") + column.name())
			.collect(Collectors.joining(", "));
		String arrays = others.stream()
			.map((column) -> "CAST(? AS " + column.kind().word() + "[])")
			.collect(Collectors.joining(", "));
		String names = others.stream().map((column) -> column.name() + ", ").collect(Collectors.joining());
		String unnested = "FROM unnest(" + arrays + ") WITH ORDINALITY AS ";
		String from = unnested + "given(" + names + "ordinal)";
		if (others.isEmpty()) {
			from = "FROM (SELECT " + values + ", 1 AS ordinal) AS given";
		}
		else if (others.size() < columns.size()) {
			from = "FROM (SELECT " + values + ", ordinal " + unnested + "other(" + names + "ordinal)) AS given";
		}
		boolean isUpdate = text.contains("{from_rows}");
		String one = text.replace("{values}", "SELECT").replace("{end_values}", from).replace("{from_rows}", from);
		return new ForRows(isUpdate ? one + " RETURNING given.ordinal" : one, columns, true);
	}

	@Override
	public String unlessThere() {
		return "ON CONFLICT DO NOTHING";
	}

	@Override
	public String updating(String update, String columns) {
		return update + " RETURNING " + columns;
	}

	@Override
	public String deleting(String delete, String columns) {
		return delete + " RETURNING " + columns;
	}

	/** The server does so with each commit, unless it is told otherwise. */
	@Override
	public void force(Tx tx) {
	}

	@Override
	public @Nullable String advice(Tx tx) throws SQLException {
		if (tx.query("SHOW synchronous_commit", (row) -> row.getString(1)).contains("off")) {
			return "PostgreSQL tells kiwi of commits that a crash of the server undoes, and tasks that were accepted "
					+ "with them: synchronous_commit is off. Set it to on, for the server or for the user of "
					+ "spring.datasource.username (ALTER ROLE … SET synchronous_commit = on)";
		}
		return tx.settings().survivePowerLoss()
				? "kiwi.jdbc.survive-power-loss does nothing on PostgreSQL, which forces "
						+ "commits to the disk as its own settings synchronous_commit and fsync say. Leave it out"
				: null;
	}

	/** IF NOT EXISTS does not help those who create the same at the same time. */
	@Override
	public void alone(Connection connection, Runnable creation) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.setQueryTimeout(PATIENCE_SECONDS);
			statement.execute("SELECT pg_advisory_lock(" + CREATION + ")");
			try {
				creation.run();
			}
			finally {
				statement.execute("SELECT pg_advisory_unlock(" + CREATION + ")");
			}
		}
	}

	@Override
	public Doorbell doorbell() {
		return this.doorbell;
	}

}

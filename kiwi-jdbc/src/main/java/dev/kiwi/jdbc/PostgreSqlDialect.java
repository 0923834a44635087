package dev.kiwi.jdbc;

import java.util.List;
import java.util.stream.Collectors;

import dev.kiwi.jdbc.ForRows.Column;

/**
 * PostgreSQL, from version 14.
 */
final class PostgreSqlDialect implements Dialect {

	static final String PRODUCT = "PostgreSQL";

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
	public String statementNow() {
		return "statement_timestamp()";
	}

	@Override
	public String fromNow() {
		return "(clock_timestamp() + CAST(? AS double precision) * interval '1 millisecond')";
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
	public String skipLocked() {
		return "FOR UPDATE SKIP LOCKED";
	}

	@Override
	public String column(String name) {
		return "given." + name;
	}

	/** One plan and one execution for all of them. */
	@Override
	public ForRows forRows(String text, List<Column> columns) {
		String arrays = columns.stream()
			.map((column) -> "CAST(? AS " + column.kind().word() + "[])")
			.collect(Collectors.joining(", "));
		String names = columns.stream().map((column) -> column.name() + ", ").collect(Collectors.joining());
		String from = "FROM unnest(" + arrays + ") WITH ORDINALITY AS given(" + names + "ordinal)";
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

	@Override
	public Doorbell doorbell() {
		return this.doorbell;
	}

}

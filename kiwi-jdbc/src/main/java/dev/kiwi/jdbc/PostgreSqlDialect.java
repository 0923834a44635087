package dev.kiwi.jdbc;

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

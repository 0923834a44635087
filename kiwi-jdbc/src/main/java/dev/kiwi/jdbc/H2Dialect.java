package dev.kiwi.jdbc;

import java.util.List;

/**
 * H2 within the process, which nobody else uses then.
 */
final class H2Dialect implements Dialect {

	static final String PRODUCT = "H2";

	private final Doorbell doorbell = new LocalDoorbell();

	@Override
	public String product() {
		return PRODUCT;
	}

	@Override
	public String schema() {
		return "schema-h2.sql";
	}

	@Override
	public String now() {
		return "CURRENT_TIMESTAMP";
	}

	@Override
	public String statementNow() {
		return "CURRENT_TIMESTAMP";
	}

	@Override
	public String fromNow() {
		return "DATEADD(MILLISECOND, ?, CURRENT_TIMESTAMP)";
	}

	@Override
	public String picked() {
		return "seq IN (";
	}

	@Override
	public String endPicked() {
		return ")";
	}

	/** Locks one row after the other; what another took meanwhile, the update leaves. */
	@Override
	public String skipLocked() {
		return "";
	}

	@Override
	public String column(String name) {
		return "?";
	}

	/** No way to it is saved by taking them together. */
	@Override
	public ForRows forRows(String text, List<ForRows.Column> columns) {
		String each = text.replace("{values}", "VALUES (").replace("{end_values}", ")").replace("{from_rows}", "");
		return new ForRows(each, columns, false);
	}

	/** Not in H2's own words: the duplicate is told by an error. */
	@Override
	public String unlessThere() {
		return "";
	}

	@Override
	public String updating(String update, String columns) {
		return "SELECT " + columns + " FROM FINAL TABLE (" + update + ")";
	}

	@Override
	public String deleting(String delete, String columns) {
		return "SELECT " + columns + " FROM OLD TABLE (" + delete + ")";
	}

	@Override
	public Doorbell doorbell() {
		return this.doorbell;
	}

}

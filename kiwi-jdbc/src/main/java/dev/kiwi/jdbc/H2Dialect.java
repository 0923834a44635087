package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import dev.kiwi.KiwiException;
import org.jspecify.annotations.Nullable;

/**
 * H2 within the process, which nobody else uses then.
 */
final class H2Dialect implements Dialect {

	static final String PRODUCT = "H2";

	/** Files that an interrupt does not close, and those that are another process's. */
	private static final Pattern UNINTERRUPTED = Pattern.compile("jdbc:h2:(tcp:|ssl:|(\\w+:)*(async|retry):)");

	/** Those that refuse SQL of H2's own, or take a text without letters for none. */
	private static final Set<String> OTHER_MODES = Set.of("Oracle", "MSSQLServer", "Derby", "STRICT");

	private final Doorbell doorbell = new LocalDoorbell();

	static H2Dialect of(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet mode = statement.executeQuery(
						"SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'MODE'")) {
			if (mode.next() && OTHER_MODES.contains(mode.getString(1))) {
				throw new UnsupportedDatabaseException("kiwi cannot keep its tasks in H2 with MODE=" + mode.getString(1)
						+ " (" + connection.getMetaData().getURL() + "), which refuses SQL of H2's own. Leave the "
						+ "mode out or use MODE=PostgreSQL, give it a DataSource of its own "
						+ "(kiwi.jdbc.data-source), or use another transport (kiwi.transport)");
			}
			return new H2Dialect();
		}
	}

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

	/** A transaction has one time, from when it was first asked for that. */
	@Override
	public long behind(Tx tx) throws SQLException {
		return tx.query("""
				SELECT DATEDIFF(MILLISECOND, CURRENT_TIMESTAMP, EXECUTING_STATEMENT_START)
				FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = SESSION_ID()""", (row) -> row.getLong(1)).get(0);
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
	public String fromStatement() {
		return fromNow();
	}

	@Override
	public String picked() {
		return "seq IN (";
	}

	@Override
	public String endPicked() {
		return ")";
	}

	@Override
	public boolean picksBefore() {
		return true;
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

	@Override
	public boolean takesRowsTogether() {
		return false;
	}

	@Override
	public Tx.@Nullable Call alongIndex() {
		return null;
	}

	/** Its LOCK_TIMEOUT does, 2 seconds unless the URL says otherwise. */
	@Override
	public Tx.@Nullable Call boundLocks() {
		return null;
	}

	@Override
	public Tx.@Nullable Call boundStandstill() {
		return null;
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
	public void force(Tx tx) throws SQLException {
		tx.update("CHECKPOINT SYNC");
	}

	@Override
	public @Nullable String advice(Tx tx) throws SQLException {
		String url = tx.connection().getMetaData().getURL();
		boolean forced = tx.settings().survivePowerLoss();
		if (url.startsWith("jdbc:h2:mem:")) {
			return forced ? "kiwi.jdbc.survive-power-loss is set, and " + url
					+ " is in memory, where nothing survives. Set spring.datasource.url to a file" : null;
		}
		if (forced) {
			tryToForce(tx);
		}
		List<String> reasons = new ArrayList<>(tx.query("""
				SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS
				WHERE SETTING_NAME = 'WRITE_DELAY' AND SETTING_VALUE <> '0'""", (row) -> "without WRITE_DELAY=0 (it is "
				+ row.getString(1) + " ms) kill -9 loses what was committed last"));
		if (!UNINTERRUPTED.matcher(url).lookingAt()) {
			reasons.add("without async: the interrupt that cancels a handler can close the database for everybody");
		}
		return reasons.isEmpty() ? null : url + " does not keep what kiwi promises: " + String.join(", and ", reasons)
				+ ". Set spring.datasource.url to jdbc:h2:async:<file>;WRITE_DELAY=0";
	}

	/** Better told now than by every task. */
	private void tryToForce(Tx tx) {
		try {
			force(tx);
		}
		catch (SQLException ex) {
			throw new KiwiException("kiwi.jdbc.survive-power-loss cannot be had: " + ex.getMessage()
					+ ". CHECKPOINT SYNC is for administrators: give the user of spring.datasource.username ADMIN TRUE, "
					+ "or leave the property out", ex);
		}
	}

	/** IF NOT EXISTS does not help those who create the same at the same time. */
	@Override
	public void alone(Connection connection, Runnable creation) {
		synchronized (H2Dialect.class) {
			creation.run();
		}
	}

	@Override
	public Doorbell doorbell() {
		return this.doorbell;
	}

}

package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What databases say in different words.
 */
sealed interface Dialect permits PostgreSqlDialect, H2Dialect {

	/** The database as its driver names it. */
	String product();

	/** The class path resource that creates the tables. */
	String schema();

	/**
	 * An expression: the clock's time, but for how far a transaction is {@link #behind}.
	 */
	String now();

	/** How many milliseconds a transaction's clock is behind the database's. */
	long behind(Tx tx) throws SQLException;

	/** An expression: the time of the statement, so that an index can serve. */
	String statementNow();

	/** An expression: so many milliseconds from now, with one parameter. */
	String fromNow();

	/** The same from the beginning of the statement, where an index must serve. */
	String fromStatement();

	/** Begins the condition that a row is one of those that a query picks, once. */
	String picked();

	/** Ends it. */
	String endPicked();

	/**
	 * Whether rows are better picked by a query of its own, as the one within a statement
	 * is run for each of them.
	 */
	boolean picksBefore();

	/** What locks rows and leaves out those that others hold. */
	String skipLocked();

	/** A column of the rows that a statement is for. */
	String column(String name);

	/** Whether a statement for many rows is one, instead of one for each. */
	boolean takesRowsTogether();

	/**
	 * What has the next statement walk along an index rather than sort what it finds,
	 * whatever is known of its tables; null where that is so anyway.
	 */
	Tx.@Nullable Call alongIndex();

	/**
	 * What has the rest of a transaction wait for no lock longer than some seconds; null
	 * where that is so anyway.
	 */
	Tx.@Nullable Call boundLocks();

	/**
	 * What ends the rest of a transaction, and its locks that others wait for, once its
	 * process stands still for some seconds; null where only one process is.
	 */
	Tx.@Nullable Call boundStandstill();

	/** The statement for rows with those columns. */
	ForRows forRows(String text, List<ForRows.Column> columns);

	/** What makes an insert do nothing where there is such a row. */
	String unlessThere();

	/** An update that tells columns of what it changed. */
	String updating(String update, String columns);

	/** A deletion that tells columns of what it deleted. */
	String deleting(String delete, String columns);

	/** Forces what is committed to the disk, unless a commit does. */
	void force(Tx tx) throws SQLException;

	/** What is to be set so that the database keeps what kiwi promises, or null. */
	@Nullable String advice(Tx tx) throws SQLException;

	/** Creates tables while nobody else does. */
	void alone(Connection connection, Runnable creation) throws SQLException;

	/** How whoever waits for rows is woken. */
	Doorbell doorbell();

	/**
	 * The dialect of a database.
	 * @throws UnsupportedDatabaseException where there is none
	 */
	static Dialect of(Connection connection) throws SQLException {
		DatabaseMetaData metadata = connection.getMetaData();
		String product = metadata.getDatabaseProductName();
		return switch (product) {
			case PostgreSqlDialect.PRODUCT -> new PostgreSqlDialect();
			case H2Dialect.PRODUCT -> H2Dialect.of(connection);
			default -> throw new UnsupportedDatabaseException("kiwi cannot keep its tasks in " + product + " "
					+ metadata.getDatabaseProductVersion() + " (" + metadata.getURL()
					+ "): it needs PostgreSQL, or H2 for one process. Give it a DataSource of its own to one of "
					+ "these (kiwi.jdbc.data-source), or use another transport (kiwi.transport)");
		};
	}

}

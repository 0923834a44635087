package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiException;
import dev.kiwi.jdbc.Doorbell.Place;
import dev.kiwi.transport.WakeUps;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * The user's database. Notices when it goes and comes back.
 */
final class Database {

	private static final Logger logger = LoggerFactory.getLogger(Database.class);

	/** The word for a duplicate in SQL. */
	private static final String DUPLICATE = "23505";

	private static final String GIVEN_UP = "57014";

	/** A lock that was not given in time. */
	private static final String LOCKED = "55P03";

	private static final int H2_LOCKED = 50200;

	/**
	 * Those for a transaction that stood still, or lasted, and its connection is ended.
	 */
	private static final Set<String> ENDED = Set.of("25P03", "25P04");

	/** The words for a serialization failure, a deadlock and a lock. */
	private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01", LOCKED);

	private final DataSource dataSource;

	private final JdbcSettings settings;

	private final AtomicReference<@Nullable Throwable> lost = new AtomicReference<>();

	/** What a transaction, a statement or the doorbell waits on. */
	private final Set<Connection> used = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Known known;

	private volatile @Nullable Watcher watcher;

	private volatile @Nullable Doorbell words;

	/**
	 * A database.
	 * @param dataSource the user's, whose transactions are those of what it stands for
	 */
	Database(DataSource dataSource, JdbcSettings settings) {
		DataSource target = (dataSource instanceof TransactionAwareDataSourceProxy aware) ? aware.getTargetDataSource()
				: null;
		this.dataSource = (target != null) ? target : dataSource;
		this.settings = settings;
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	JdbcSettings settings() {
		return this.settings;
	}

	void watch(Watcher watcher) {
		this.watcher = watcher;
	}

	/** Rings over words, from now on. */
	void wakeBy(WakeUps wakeUps) {
		this.words = new WordDoorbell(wakeUps);
		this.known = null;
	}

	/**
	 * What is known of the database, or null before it was reached for the first time.
	 */
	@Nullable Known known() {
		return this.known;
	}

	boolean isThere() {
		return this.known != null && this.lost.get() == null;
	}

	/** A connection that commits each statement, to be closed by who asked for it. */
	Use use() throws SQLException {
		return use(open());
	}

	/** The same for whoever waits for bells: beside the pool, where they come sooner. */
	Use useToListen() throws SQLException {
		Connection prompt = (this.words == null) ? PromptConnection.open(this.dataSource) : null;
		return (prompt != null) ? use(prompt) : use();
	}

	private Use use(Connection connection) throws SQLException {
		try {
			// not every pool's do
			connection.setAutoCommit(true);
			know(connection);
			this.used.add(connection);
			return new Use(connection, this.used);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/** A pool may throw what it likes where the database is away at its start. */
	private Connection open() throws SQLException {
		try {
			return this.dataSource.getConnection();
		}
		catch (SQLException ex) {
			noticed(ex);
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			SQLException told = new SQLTransientConnectionException(ex.getMessage(), "08001", ex);
			noticed(told);
			throw told;
		}
	}

	/** Works in a transaction of its own, and rings when it is committed. */
	<R extends @Nullable Object> R inTransaction(Tx.Work<R> work) throws SQLException {
		return using((connection, known) -> inTransaction(connection, known, work));
	}

	/** Works with a single statement, before which it says whom that is to wake. */
	<R extends @Nullable Object> R atOnce(Tx.Work<R> work) throws SQLException {
		return using((connection, known) -> atOnce(connection, known, work));
	}

	/** The same for many rows, all of which are changed or none. */
	<R extends @Nullable Object> R atOnceForRows(Tx.Work<R> work) throws SQLException {
		return using((connection, known) -> known.sql().dialect().takesRowsTogether() ? atOnce(connection, known, work)
				: inTransaction(connection, known, work));
	}

	/** The database's words, for which it is reached once. */
	Dialect dialect() throws SQLException {
		Known present = this.known;
		return ((present != null) ? present : using((connection, known) -> known)).sql().dialect();
	}

	private <R extends @Nullable Object> R using(Using<R> using) throws SQLException {
		try (Use use = use()) {
			R result = using.with(use.connection(), know(use.connection()));
			found();
			return result;
		}
		catch (SQLException ex) {
			noticed(ex);
			throw ex;
		}
	}

	private <R extends @Nullable Object> R inTransaction(Connection connection, Known known, Tx.Work<R> work)
			throws SQLException {
		connection.setAutoCommit(false);
		try {
			Tx tx = new Tx(connection, known, this.settings, false);
			R result = work.in(tx);
			if (tx.bells().isEmpty()) {
				tx.commit();
			}
			else {
				known.doorbell().commit(tx, tx.bells());
			}
			return result;
		}
		catch (Throwable ex) {
			// the connection's next owner would commit what an error has cut off
			rollback(connection, ex);
			throw ex;
		}
		finally {
			restore(connection);
		}
	}

	private <R extends @Nullable Object> R atOnce(Connection connection, Known known, Tx.Work<R> work)
			throws SQLException {
		Tx tx = new Tx(connection, known, this.settings, true);
		R result = work.in(tx);
		tx.force();
		if (!tx.bells().isEmpty()) {
			known.doorbell().ring(known.place(), tx.bells());
		}
		return result;
	}

	/**
	 * Statements on a connection that somebody else commits.
	 * @param ringsAlong whether that rings where it can
	 */
	Tx in(Connection connection, boolean ringsAlong) throws SQLException {
		return new Tx(connection, know(connection), this.settings, ringsAlong);
	}

	/**
	 * The database looks there and does not answer: whatever waits for it fails.
	 */
	void drop(Throwable cause) {
		noticed(new SQLTransientConnectionException(cause.getMessage(), "08006", cause));
		// a socket may wait for its last bytes to go
		Thread thread = new Thread(() -> this.used.forEach(Database::abort), "kiwi-jdbc-farewell");
		thread.setDaemon(true);
		thread.start();
	}

	/** What callers are told of a failure. */
	KiwiException failure(String what, Throwable cause) {
		if (cause instanceof KiwiException told) {
			return told;
		}
		if (cause instanceof SQLException ex && GIVEN_UP.equals(ex.getSQLState())) {
			return new DeliveryFailedException(what + ": the database took too long, and was told to give up ("
					+ cause.getMessage() + "). Ask for less: tasks by their state, worker, or queue and key", cause);
		}
		return (cause instanceof SQLException ex && isConnectionFailure(ex))
				? new ConnectionLostException(what + ": the database is not there: " + cause.getMessage(), cause)
				: new DeliveryFailedException(what + ": the database refused it: " + cause.getMessage(), cause);
	}

	static boolean isDuplicate(Throwable ex) {
		return ex instanceof SQLException sql && DUPLICATE.equals(sql.getSQLState());
	}

	/** Whether the same may succeed a little later. */
	static boolean isWorthAnotherTry(SQLException ex) {
		return isConnectionFailure(ex) || TRY_AGAIN.contains(String.valueOf(ex.getSQLState()))
		// H2: a deadlock, a lock that was not given in time
				|| ex.getErrorCode() == 40001 || ex.getErrorCode() == H2_LOCKED;
	}

	/**
	 * Whether the server has refused it for a reason of its own that passes: no room, no
	 * time, or it is a standby for now.
	 */
	static boolean isServersTrouble(SQLException ex) {
		String state = String.valueOf(ex.getSQLState());
		return state.startsWith("53") || state.startsWith("58") || state.equals(GIVEN_UP) || state.equals("25006");
	}

	/** Whether another transaction held a lock for too long. */
	static boolean isLocked(SQLException ex) {
		return LOCKED.equals(ex.getSQLState()) || ex.getErrorCode() == H2_LOCKED;
	}

	static boolean isConnectionFailure(SQLException ex) {
		String state = String.valueOf(ex.getSQLState());
		return state.startsWith("08") || state.startsWith("57P") || state.startsWith("9006") || ENDED.contains(state)
				|| state.startsWith("90098") || state.startsWith("90121") || ex instanceof SQLRecoverableException
				|| ex instanceof SQLTransientConnectionException || ex instanceof SQLNonTransientConnectionException;
	}

	private Known know(Connection connection) throws SQLException {
		Known present = this.known;
		if (present == null) {
			Dialect dialect = Dialect.of(connection);
			String url = connection.getMetaData().getURL().split(";", 2)[0];
			present = new Known(new Sql(dialect, this.settings.tablePrefix()),
					new Place(url, this.settings.tablePrefix(), this.settings.namespace()), doorbell(dialect),
					connection.getMetaData().getDatabaseProductVersion());
			this.known = present;
		}
		return present;
	}

	/** Where another transport rings, only a bell within the process is faster. */
	private Doorbell doorbell(Dialect dialect) {
		Doorbell words = this.words;
		return (words != null && !(dialect.doorbell() instanceof LocalDoorbell)) ? words : dialect.doorbell();
	}

	private void found() {
		if (this.lost.get() != null && this.lost.getAndSet(null) != null) {
			logger.info("The database is back");
			Watcher watcher = this.watcher;
			if (watcher != null) {
				watcher.found();
			}
		}
	}

	private void noticed(SQLException ex) {
		if (isConnectionFailure(ex) && this.lost.compareAndSet(null, ex)) {
			logger.warn("The database is not there ({}); trying again until it is", ex.toString());
			Watcher watcher = this.watcher;
			if (watcher != null) {
				watcher.lost(ex);
			}
		}
	}

	private static void abort(Connection connection) {
		try {
			connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.debug("A connection was closed already", ex);
		}
	}

	private static void rollback(Connection connection, Throwable cause) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * Not every pool does it. One that has thrown a broken connection away says no more
	 * than that it is closed, which must not hide why.
	 */
	private static void restore(Connection connection) {
		try {
			connection.setAutoCommit(true);
		}
		catch (SQLException ex) {
			logger.debug("A connection is broken", ex);
		}
	}

	/**
	 * A connection that is used.
	 */
	record Use(Connection connection, Set<Connection> used) implements AutoCloseable {

		@Override
		public void close() throws SQLException {
			this.used.remove(this.connection);
			this.connection.close();
		}

	}

	/**
	 * What is known of a database once it was reached.
	 */
	record Known(Sql sql, Place place, Doorbell doorbell, String version) {
	}

	/**
	 * What is done with a connection.
	 */
	@FunctionalInterface
	private interface Using<R extends @Nullable Object> {

		R with(Connection connection, Known known) throws SQLException;

	}

	/**
	 * Hears of outages.
	 */
	interface Watcher {

		void lost(Throwable cause);

		void found();

	}

}

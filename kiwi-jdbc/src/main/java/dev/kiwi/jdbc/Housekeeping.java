package dev.kiwi.jdbc;

import java.sql.SQLException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the lease, and what is over within bounds.
 */
final class Housekeeping implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Housekeeping.class);

	/** How many rows go at once, so that nobody waits long for them. */
	private static final int PAGE = 1_000;

	/** What is over, or left by nobody knows whom, goes at every so manieth beat. */
	private static final int PURGE = 6;

	private final Database database;

	private final Lease lease;

	private int beats;

	Housekeeping(Database database, Lease lease) {
		this.database = database;
		this.lease = lease;
	}

	@Override
	public void run() {
		try {
			this.lease.beat();
			this.database.inTransaction(Departures::sweep);
			if (this.beats++ % PURGE == 0) {
				this.database.inTransaction((tx) -> {
					Departures.release(tx);
					return null;
				});
				purge();
			}
		}
		catch (SQLException ex) {
			if (!Database.isConnectionFailure(ex)) {
				logger.warn("The tables could not be kept tidy; trying again soon", ex);
			}
		}
		catch (RuntimeException ex) {
			logger.warn("The lease could not be kept; trying again soon", ex);
		}
	}

	private void purge() throws SQLException {
		for (int state : new int[] { 3, 4 }) {
			purge("DELETE FROM {task} WHERE {picked}SELECT seq FROM {task} WHERE namespace = ? AND state = " + state
					+ " AND keep_until < {statement_now} LIMIT ? {skip_locked} {end_picked}");
		}
		purge("DELETE FROM {message} WHERE {picked}SELECT seq FROM {message} WHERE namespace = ?"
				+ " AND expires < {statement_now} LIMIT ? {skip_locked} {end_picked}");
	}

	private void purge(String statement) throws SQLException {
		int gone;
		do {
			gone = this.database.atOnce((tx) -> tx.update(statement, tx.namespace(), PAGE));
		}
		while (gone == PAGE);
	}

}

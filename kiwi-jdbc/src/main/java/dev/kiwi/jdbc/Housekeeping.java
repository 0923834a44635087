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
	private static final int PURGE = 12;

	private final Database database;

	private final Lease lease;

	private final Claims claims;

	private final long beatNanos;

	private int beats;

	Housekeeping(Database database, Lease lease, Claims claims) {
		this.database = database;
		this.lease = lease;
		this.claims = claims;
		this.beatNanos = database.settings().lease().toNanos() / 3;
	}

	@Override
	public void run() {
		try {
			this.lease.beat();
			this.claims.write();
			if (this.lease.sawOthersEnd()) {
				this.database.inTransaction((tx) -> {
					Departures.sweep(tx);
					return null;
				});
			}
			if (this.beats++ % PURGE == 0) {
				tidy();
			}
		}
		catch (SQLException ex) {
			if (!Database.isWorthAnotherTry(ex)) {
				logger.warn("The tables could not be kept tidy; trying again soon", ex);
			}
		}
		catch (RuntimeException | Error ex) {
			logger.warn("The lease could not be kept; trying again soon", ex);
		}
	}

	/** However much is to go, the lease is renewed meanwhile. */
	private void tidy() throws SQLException {
		long beaten = System.nanoTime();
		boolean more;
		do {
			if (System.nanoTime() - beaten > this.beatNanos) {
				beaten = System.nanoTime();
				this.lease.beat();
			}
			more = this.database.inTransaction((tx) -> {
				Departures.release(tx);
				return Claims.purge(tx) | purgeMessages(tx);
			});
		}
		while (more);
	}

	private static boolean purgeMessages(Tx tx) throws SQLException {
		return tx.update("""
				DELETE FROM {message} WHERE {picked} SELECT seq FROM {message} WHERE namespace = ?
				AND expires < {statement_now} LIMIT ? {skip_locked} {end_picked}""", tx.namespace(), PAGE) == PAGE;
	}

}

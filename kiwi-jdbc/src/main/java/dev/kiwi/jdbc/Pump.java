package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that lets sources look for rows when there may be some, one after the other.
 */
final class Pump {

	private static final Logger logger = LoggerFactory.getLogger(Pump.class);

	private static final long PAUSE_MILLIS = 500;

	private final Set<Source> rung = new LinkedHashSet<>();

	private final Thread thread;

	private boolean looking;

	private boolean closed;

	Pump(String name) {
		this.thread = new Thread(this::run, name);
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/** There may be something for a source. */
	void ring(Source source) {
		synchronized (this.rung) {
			if (this.rung.add(source)) {
				this.rung.notifyAll();
			}
		}
	}

	/**
	 * The same from a thread that may wait for the database, and looks by itself where
	 * nobody does: to wake this one would take longer than the way to the database.
	 */
	void ringHere(Source source) {
		synchronized (this.rung) {
			if (this.looking || this.closed || !this.rung.isEmpty()) {
				ring(source);
				return;
			}
			this.looking = true;
		}
		try {
			look(source);
		}
		finally {
			looked();
		}
	}

	/**
	 * Ends after what is under way. Interrupting it would close H2's file for everybody.
	 */
	void close(long patienceMillis) {
		synchronized (this.rung) {
			this.closed = true;
			this.rung.notifyAll();
		}
		try {
			this.thread.join(patienceMillis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try {
			for (Source source = next(); source != null; source = next()) {
				boolean done = look(source);
				looked();
				if (!done) {
					pause();
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean look(Source source) {
		try {
			source.look();
		}
		catch (SQLException ex) {
			if (!Database.isConnectionFailure(ex)) {
				logger.warn("{} could not be looked at; trying again", source, ex);
			}
			ring(source);
			return false;
		}
		catch (RuntimeException | Error ex) {
			logger.error("{} broke while it was looked at; what was missed is found by the next sweep", source, ex);
		}
		return true;
	}

	private void looked() {
		synchronized (this.rung) {
			this.looking = false;
			// whoever was rung for nothing would be in the way of what was found
			if (!this.rung.isEmpty() || this.closed) {
				this.rung.notifyAll();
			}
		}
	}

	private @Nullable Source next() throws InterruptedException {
		synchronized (this.rung) {
			while (this.looking || this.rung.isEmpty() && !this.closed) {
				this.rung.wait();
			}
			if (this.closed) {
				return null;
			}
			this.looking = true;
			Source next = this.rung.iterator().next();
			this.rung.remove(next);
			return next;
		}
	}

	private void pause() throws InterruptedException {
		long end = System.nanoTime() + PAUSE_MILLIS * 1_000_000;
		synchronized (this.rung) {
			for (long left = PAUSE_MILLIS; left > 0 && !this.closed; left = (end - System.nanoTime()) / 1_000_000) {
				this.rung.wait(left);
			}
		}
	}

	/**
	 * Something that rows may be for.
	 */
	@FunctionalInterface
	interface Source {

		/** Looks once; rings itself where there may be more. */
		void look() throws SQLException;

	}

}

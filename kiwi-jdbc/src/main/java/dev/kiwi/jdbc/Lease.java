package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's right to what it holds: one row with an end by the database's clock,
 * renewed long before. All tasks of a process share it, so that a renewal costs the same
 * however many they are. Once lost it does not come back: the process joins anew, under
 * another name.
 */
final class Lease {

	private static final Logger logger = LoggerFactory.getLogger(Lease.class);

	private static final char EPOCH = '/';

	private final Database database;

	private final String instance;

	private final Duration length;

	private final Member member;

	private final CompletableFuture<Void> joined = new CompletableFuture<>();

	private final Object changing = new Object();

	private volatile @Nullable Holding holding;

	private volatile @Nullable String former;

	private int epoch;

	private volatile boolean left;

	private volatile boolean sawOthersEnd = true;

	Lease(Database database, String instance, Member member) {
		this.database = database;
		this.instance = instance;
		this.length = database.settings().lease();
		this.member = member;
	}

	/** The instance behind an owner's name. */
	static String instance(String owner) {
		int end = owner.lastIndexOf(EPOCH);
		return (end < 0) ? owner : owner.substring(0, end);
	}

	/** The name under which tasks are held now, or null while there is none. */
	@Nullable String owner() {
		Holding now = this.holding;
		return (now != null) ? now.owner() : null;
	}

	/** Whether what is held under a name is this process's still. */
	boolean isHeld(String owner) {
		return owner.equals(owner());
	}

	/** Completes when this process has joined for the first time. */
	CompletableFuture<Void> joined() {
		return this.joined;
	}

	/** Renews the lease, or joins. Called three times within its length. */
	synchronized void beat() throws SQLException {
		if (this.left) {
			return;
		}
		long before = System.nanoTime();
		Holding now = this.holding;
		if (now != null) {
			int renewed = this.database.atOnce((tx) -> renew(tx, now.owner()));
			if (renewed > 0 && extend(now, before + this.length.toNanos())) {
				return;
			}
			lose("it was not renewed in time");
		}
		join(before);
	}

	private int renew(Tx tx, String owner) throws SQLException {
		int renewed = tx.update("UPDATE {instance} SET lease_until = {from_now} WHERE namespace = ? AND owner = ?",
				this.length.toMillis(), tx.namespace(), owner);
		this.sawOthersEnd = !tx
			.query("SELECT owner FROM {instance} WHERE namespace = ? AND lease_until < {statement_now}",
					(row) -> row.getString(1), tx.namespace())
			.isEmpty();
		return renewed;
	}

	/** Whether there were owners at the last beat whose lease was over. */
	boolean sawOthersEnd() {
		return this.sawOthersEnd;
	}

	/**
	 * Gives up what cannot be renewed any more. By this process's clock, read before the
	 * last renewal, it ends no later than by the database's.
	 */
	void check() {
		Holding now = this.holding;
		if (now != null && System.nanoTime() - now.end() > 0) {
			lose("the database was not reached in time, or this process stood still");
		}
	}

	/** Leaves for good. */
	void leave(Tx tx) throws SQLException {
		this.left = true;
		this.holding = null;
		departed(tx);
		tx.update("DELETE FROM {message} WHERE namespace = ? AND recipient = ?", tx.namespace(), this.instance);
	}

	private void join(long before) throws SQLException {
		String owner = this.instance + EPOCH + (++this.epoch);
		this.database.inTransaction((tx) -> {
			departed(tx);
			tx.update("INSERT INTO {instance} (namespace, owner, instance, lease_until) VALUES (?, ?, ?, {from_now})",
					tx.namespace(), owner, this.instance, this.length.toMillis());
			this.member.joining(tx, owner);
			return null;
		});
		this.former = owner;
		this.holding = new Holding(owner, before + this.length.toNanos());
		this.member.joined();
		this.joined.complete(null);
	}

	/** Whoever this was before, also where nobody heard that it had joined. */
	private void departed(Tx tx) throws SQLException {
		Set<String> gone = new TreeSet<>(tx.query("SELECT owner FROM {instance} WHERE namespace = ? AND instance = ?",
				(row) -> row.getString(1), tx.namespace(), this.instance));
		if (this.former != null) {
			gone.add(this.former);
		}
		for (String owner : gone) {
			Departures.depart(tx, owner);
		}
	}

	/** A renewal that took effect after the end was seen is none. */
	private boolean extend(Holding renewed, long end) {
		synchronized (this.changing) {
			if (this.holding != renewed || System.nanoTime() - end > 0) {
				return false;
			}
			this.holding = new Holding(renewed.owner(), end);
			return true;
		}
	}

	private void lose(String why) {
		synchronized (this.changing) {
			if (this.holding == null) {
				return;
			}
			this.holding = null;
		}
		logger.warn("The lease of {} is lost: {}. What it held goes to others", this.instance, why);
		this.member.lost();
	}

	private record Holding(String owner, long end) {
	}

	/**
	 * Who holds things by the lease.
	 */
	interface Member {

		/** Says what else is to be known of the owner. */
		void joining(Tx tx, String owner) throws SQLException;

		void joined();

		/** What was held is no longer. */
		void lost();

	}

}

package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * What owners leave behind that are no more.
 */
final class Departures {

	private static final String OTHER = """
			COALESCE((SELECT MIN(s.owner) FROM {subscriber} s JOIN {instance} i
			ON i.namespace = s.namespace AND i.owner = s.owner
			WHERE s.namespace = gone.namespace AND 'rpc:' || s.identifier = gone.box), '')""";

	private Departures() {
	}

	/** Removes an owner, whose things go to others. */
	static void depart(Tx tx, String owner) throws SQLException {
		tx.update("DELETE FROM {instance} WHERE namespace = ? AND owner = ?", tx.namespace(), owner);
		tx.update("DELETE FROM {subscriber} WHERE namespace = ? AND owner = ?", tx.namespace(), owner);
		passOn(tx, owner);
		release(tx);
	}

	/**
	 * Removes the owners whose lease is over, but for those that another one renews or
	 * removes right now, who may stand still.
	 */
	static void sweep(Tx tx) throws SQLException {
		depart(tx, tx.deleting("""
				DELETE FROM {instance} WHERE namespace = ? AND owner IN (SELECT owner FROM {instance}
				WHERE namespace = ? AND lease_until < {statement_now} {skip_locked})""", "owner",
				(row) -> row.getString(1), tx.namespace(), tx.namespace()));
	}

	/**
	 * Removes all owners whose lease is over. Deleting decides: a renewal waits for it,
	 * and it for a renewal. Whoever is left is alive.
	 */
	static void sweepAll(Tx tx) throws SQLException {
		depart(tx, tx.deleting("DELETE FROM {instance} WHERE namespace = ? AND lease_until < {statement_now}", "owner",
				(row) -> row.getString(1), tx.namespace()));
	}

	private static void depart(Tx tx, List<String> owners) throws SQLException {
		for (String owner : owners) {
			depart(tx, owner);
		}
	}

	/** Requests that an owner had not answered go to another who serves. */
	static void passOn(Tx tx, String owner) throws SQLException {
		passOnWhere(tx, "recipient = ?", owner);
	}

	/** Requests that an owner had not begun go to another who serves. */
	static void passOn(Tx tx, String owner, String box) throws SQLException {
		passOnWhere(tx, "recipient = ? AND taken = FALSE AND box = ?", owner, box);
	}

	/**
	 * What its owner is answering right now is left: one that stands still then would be
	 * waited for.
	 */
	private static void passOnWhere(Tx tx, String condition, Object... parameters) throws SQLException {
		Object[] all = new Object[parameters.length + 1];
		all[0] = tx.namespace();
		System.arraycopy(parameters, 0, all, 1, parameters.length);
		tx.updating(
				"UPDATE {message} gone SET taken = FALSE, recipient = " + OTHER
						+ " WHERE {picked} SELECT seq FROM {message} WHERE namespace = ? AND " + condition
						+ " AND box LIKE 'rpc:%' {skip_locked} {end_picked}",
				"recipient, box", (row) -> new Bell(Lease.instance(row.getString(1)), row.getString(2)), all)
			.forEach(tx::ring);
	}

	/**
	 * Tasks whose owner is no more wait for another, or are lost where they are to run at
	 * most once. One that its handler's transaction holds is left until that has ended:
	 * it may be over then, and whoever waited for it would miss its own heartbeat.
	 */
	static void release(Tx tx) throws SQLException {
		List<Claims.Open> left = Claims.left(tx);
		Set<Long> seqs = Claims.tasks(left);
		if (seqs.isEmpty()) {
			return;
		}
		LostTasks.bury(tx, seqs);
		tx.updating("""
				UPDATE {task} SET state = 0, owner = NULL, token = token + 1, redelivered = TRUE,
				crashes = crashes + CASE WHEN begun THEN 1 ELSE 0 END, begun = FALSE
				WHERE state = 1 AND outcome IS NULL AND {picked} SELECT seq\s""" + Claims.LEFT_BEHIND
				+ " {skip_locked} {end_picked}", "queue", (row) -> row.getString(1), tx.numbers(seqs))
			.forEach((queue) -> tx.ring(Bell.queue(queue)));
		Claims.close(tx, left);
	}

}

package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who waits for tasks that others sent.
 */
final class Followers {

	private final Tx tx;

	private final Map<String, List<String>> instances = new HashMap<>();

	private Followers(Tx tx) {
		this.tx = tx;
	}

	/**
	 * The followers of some tasks, of which nobody else can become one before the
	 * transaction ends if their rows were changed in it.
	 */
	static Followers of(Tx tx, List<String> tasks) throws SQLException {
		Followers followers = new Followers(tx);
		tx.query("SELECT task, instance FROM {follower} WHERE namespace = ? AND task = ANY(?)",
				(row) -> followers.instances.computeIfAbsent(row.getString(1), (key) -> new ArrayList<>())
					.add(row.getString(2)),
				tx.namespace(), tx.array(tasks));
		return followers;
	}

	List<String> of(String task) {
		return this.instances.getOrDefault(task, List.of());
	}

	void forget(List<String> tasks) throws SQLException {
		if (!this.instances.isEmpty()) {
			this.tx.update("DELETE FROM {follower} WHERE namespace = ? AND task = ANY(?)", this.tx.namespace(),
					this.tx.array(tasks));
		}
	}

	/** Adds one, where there is none like it. */
	static void add(Tx tx, String task, String instance) throws SQLException {
		tx.update("DELETE FROM {follower} WHERE namespace = ? AND task = ? AND instance = ?", tx.namespace(), task,
				instance);
		tx.update("INSERT INTO {follower} (namespace, task, instance) VALUES (?, ?, ?)", tx.namespace(), task,
				instance);
	}

}

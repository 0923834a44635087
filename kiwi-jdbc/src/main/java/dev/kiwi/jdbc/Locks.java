package dev.kiwi.jdbc;

import java.sql.SQLException;

/**
 * What only one process does at a time, until its transaction ends.
 */
final class Locks {

	private Locks() {
	}

	static void lock(Tx tx, String name) throws SQLException {
		while (tx.update("UPDATE {lock} SET held = held + 1 WHERE namespace = ? AND name = ?", tx.namespace(),
				name) == 0) {
			try {
				tx.update("INSERT INTO {lock} (namespace, name) VALUES (?, ?) {unless_there}", tx.namespace(), name);
			}
			catch (SQLException ex) {
				if (!Database.isDuplicate(ex)) {
					throw ex;
				}
			}
		}
	}

}

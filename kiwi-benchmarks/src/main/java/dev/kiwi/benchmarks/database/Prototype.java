package dev.kiwi.benchmarks.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The barest task table that still keeps kiwi's promises: a task is durable when it is
 * committed, taken by one worker with a lease, and kept when it is over.
 */
public interface Prototype {

	/** Creates the table and its index. */
	void create(Connection connection) throws SQLException;

	/** Inserts tasks and wakes workers, within one commit. */
	void insert(Connection connection, List<byte[]> bodies) throws SQLException;

	/** Finishes what is done and takes the next ones, within one commit. */
	long[] turn(Connection connection, long[] done, int next) throws SQLException;

	/** Removes what is left, and has the planner know of it. */
	void clear(Connection connection) throws SQLException;

	/** Has the planner know what was filled in. */
	void analyze(Connection connection) throws SQLException;

}

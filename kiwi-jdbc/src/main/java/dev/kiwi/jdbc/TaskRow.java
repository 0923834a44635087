package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.kiwi.DeliveryFailedException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A task that is sent.
 *
 * @param queue its queue
 * @param key keeps out another one of the same key, or null
 * @param task what it says
 * @param delay how long nobody gets it
 */
record TaskRow(String queue, @Nullable String key, Envelope task, Duration delay) {

	private static final String INSERT = """
			INSERT INTO {task} (namespace, id, queue, unique_key, state, priority, due, reply_to, content_type, headers,
			body) {values} {namespace:text}, {id:text}, {queue:text}, {unique_key:text}, {state:number},
			{priority:number}, {due:from_now}, {reply_to:text}, {content_type:text}, {headers:text}, {body:bytes}
			{end_values}""";

	private static final String INSERT_UNLESS_THERE = INSERT + " {unless_there}";

	/** How often a key is tried that seems to be there and is not. */
	private static final int TRIES = 10;

	/** The same in a transaction that began long ago, maybe. */
	TaskRow sentIn(Tx tx) throws SQLException {
		return this.delay.isZero() ? this : new TaskRow(this.queue, this.key, this.task,
				this.delay.plusMillis(Math.max(0, tx.dialect().behind(tx))));
	}

	/**
	 * Writes tasks without keys. One that is there already was written by an earlier try.
	 * @return that each is there
	 */
	static List<Boolean> insert(Tx tx, List<TaskRow> rows) throws SQLException {
		return insert(tx, INSERT_UNLESS_THERE, rows);
	}

	/**
	 * Writes tasks that were not tried before. All indexes would be asked first for one
	 * that is there, so it is an error of all where there are several.
	 * @return that each is there
	 */
	static List<Boolean> insertNew(Tx tx, List<TaskRow> rows) throws SQLException {
		return insert(tx, INSERT, rows);
	}

	private static List<Boolean> insert(Tx tx, String template, List<TaskRow> rows) throws SQLException {
		tx.durable();
		rows.forEach((row) -> row.ring(tx));
		if (rows.size() == 1) {
			rows.get(0).insertUnlessThere(tx, template);
		}
		else {
			tx.insertAll(template, rows.stream().map((row) -> row.parameters(tx)).toList());
		}
		return Collections.nCopies(rows.size(), true);
	}

	/**
	 * Writes tasks with keys.
	 * @return the ids of those that stand for them
	 */
	static List<String> insertUnique(Tx tx, List<TaskRow> rows) throws SQLException {
		List<String> standing = new ArrayList<>();
		for (TaskRow row : rows) {
			standing.add(row.insertUnique(tx));
		}
		return standing;
	}

	/**
	 * Writes this task, unless one of its key is there.
	 * @return the id of the one that stands for it
	 */
	String insertUnique(Tx tx) throws SQLException {
		tx.durable();
		for (int tried = 0; tried < TRIES; tried++) {
			if (insertUnlessThere(tx, INSERT_UNLESS_THERE)) {
				ring(tx);
				return this.task.id();
			}
			List<String> standing = tx.query("""
					SELECT id FROM {task} WHERE namespace = ? AND (queue = ? AND unique_key = ? OR id = ?)""",
					(row) -> row.getString(1), tx.namespace(), this.queue, this.key, this.task.id());
			if (!standing.isEmpty()) {
				return standing.get(0);
			}
		}
		throw new DeliveryFailedException("Task " + this.task.id() + " for queue '" + this.queue
				+ "' was not sent: another one with the key '" + this.key
				+ "' is there but cannot be seen in this transaction; use the isolation level READ_COMMITTED");
	}

	private boolean insertUnlessThere(Tx tx, String template) throws SQLException {
		try {
			return tx.insertAll(template, List.<@Nullable Object[]>of(parameters(tx))) > 0;
		}
		catch (SQLException ex) {
			if (Database.isDuplicate(ex)) {
				return false;
			}
			throw ex;
		}
	}

	void ring(Tx tx) {
		tx.ring(this.delay.isZero() ? Bell.queue(this.queue) : Bell.delayed());
	}

	private @Nullable Object[] parameters(Tx tx) {
		return new @Nullable Object[] { tx.namespace(), this.task.id(), this.queue, this.key,
				this.delay.isZero() ? 0 : 2, this.task.count(Headers.PRIORITY, 0), millis(this.delay),
				this.task.replyTo(), this.task.contentType(), HeaderText.of(this.task.headers()), this.task.body() };
	}

	/** Rounded up: nobody may get it before its time. */
	private static long millis(Duration delay) {
		return delay.plusNanos(999_999).toMillis();
	}

}

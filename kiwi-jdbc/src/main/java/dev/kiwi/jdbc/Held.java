package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Comparator;
import java.util.List;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.transport.Envelope;

/**
 * A task that this process has taken.
 *
 * @param seq its row
 * @param token grows each time that somebody takes the task: what comes with a former one
 * is refused
 * @param queue its queue
 * @param task what it says
 * @param redelivered whether it was given out before
 * @param crashes how many of those died that had begun it after that
 * @param cancelled whether somebody wants it to end
 * @param priority the more, the more urgent
 * @param due since when it waits
 */
record Held(long seq, long token, String queue, Envelope task, boolean redelivered, int crashes, boolean cancelled,
		int priority, Timestamp due) {

	/**
	 * The state is asked for once more in a way that no index serves but that of what was
	 * picked: a planner that believes the table to be empty would walk all that waits.
	 */
	static final String CLAIM = """
			UPDATE {task} SET state = 1, owner = ?, token = token + 1, guarantee = ? WHERE state + 0 = 0 AND {picked}
			SELECT seq FROM {task} WHERE namespace = ? AND queue = ? AND state = 0
			ORDER BY namespace, queue, state, priority DESC, due, seq LIMIT ? {skip_locked} {end_picked}""";

	private static final String COLUMNS = """
			seq, token, queue, id, reply_to, content_type, headers, body, redelivered, crashes, cancel_requested, \
			priority, due""";

	private static final Comparator<Held> ORDER = Comparator.comparingInt(Held::priority)
		.reversed()
		.thenComparing(Held::due)
		.thenComparingLong(Held::seq);

	/** The same once its token has grown. */
	Held withNextToken() {
		return new Held(this.seq, this.token + 1, this.queue, this.task, this.redelivered, this.crashes, this.cancelled,
				this.priority, this.due);
	}

	/** Takes tasks of a queue, the most urgent first, then the oldest. */
	static List<Held> claim(Tx tx, String queue, String owner, DeliveryGuarantee guarantee, int limit)
			throws SQLException {
		if (guarantee == DeliveryGuarantee.AT_MOST_ONCE) {
			// it must not be there again
			tx.durable();
		}
		tx.alongIndex();
		List<Held> claimed = tx.updatingPicked(CLAIM, COLUMNS, Held::read, owner, guarantee.ordinal(), tx.namespace(),
				queue, limit);
		claimed.sort(ORDER);
		return claimed;
	}

	private static Held read(ResultSet row) throws SQLException {
		return new Held(row.getLong("seq"), row.getLong("token"), row.getString("queue"), envelope(row),
				row.getBoolean("redelivered"), row.getInt("crashes"), row.getBoolean("cancel_requested"),
				row.getInt("priority"), row.getTimestamp("due"));
	}

	/** The task of a row. */
	static Envelope envelope(ResultSet row) throws SQLException {
		byte[] body = row.getBytes("body");
		return new Envelope(row.getString("id"), row.getString("reply_to"), row.getString("content_type"),
				HeaderText.read(row.getString("headers")), (body != null) ? body : new byte[0]);
	}

}

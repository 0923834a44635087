package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

	private static final String COLUMNS = """
			seq, token, queue, id, reply_to, content_type, headers, body, redelivered, crashes, cancel_requested, \
			priority, due""";

	private static final String NEXT = """
			 FROM {task} WHERE namespace = ? AND queue = ? AND state = 0
			ORDER BY namespace, queue, state, priority DESC, due, seq LIMIT ?""";

	private static final String NOTE = "INSERT INTO {claim} (namespace, owner, tasks) ";

	/**
	 * All of it at once, which only tells what was taken. The state is asked for once
	 * more in a way that no index serves but that of what was picked: a planner that
	 * believes the table to be empty would walk all that waits.
	 */
	static final String CLAIM = "WITH picked AS (SELECT seq" + NEXT + " {skip_locked}), noted AS (" + NOTE + """
			SELECT CAST(? AS varchar), CAST(? AS varchar), array_agg(seq) FROM picked HAVING COUNT(*) > 0
			RETURNING seq) UPDATE {task} SET state = 1, owner = ?, token = token + 1, guarantee = ?
			WHERE state + 0 = 0 AND seq = ANY(ARRAY(SELECT seq FROM picked))
			RETURNING\s""" + COLUMNS + ", (SELECT seq FROM noted) AS claim";

	/**
	 * Those that have one token. What somebody else has taken meanwhile is left to them.
	 */
	private static final String TAKE = """
			UPDATE {task} SET state = 1, owner = ?, token = token + 1, guarantee = ?
			WHERE seq = ANY(?) AND token = ? AND state + 0 = 0""";

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
	static Claimed claim(Database database, String queue, String owner, DeliveryGuarantee guarantee, int limit)
			throws SQLException {
		boolean picksBefore = database.dialect().picksBefore();
		List<Held> next = picksBefore ? database.atOnce((tx) -> next(tx, queue, limit)) : List.of();
		if (picksBefore && next.isEmpty()) {
			return Claimed.NOTHING;
		}
		return database.atOnceForRows((tx) -> {
			if (guarantee == DeliveryGuarantee.AT_MOST_ONCE) {
				// it must not be there again
				tx.durable();
			}
			Claimed claimed = picksBefore ? take(tx, next, owner, guarantee)
					: claimAtOnce(tx, queue, owner, guarantee, limit);
			claimed.tasks().sort(ORDER);
			return claimed;
		});
	}

	private static Claimed claimAtOnce(Tx tx, String queue, String owner, DeliveryGuarantee guarantee, int limit)
			throws SQLException {
		tx.alongIndex();
		long[] claim = new long[1];
		List<Held> tasks = tx.query(CLAIM, (row) -> {
			claim[0] = row.getLong("claim");
			return read(row);
		}, tx.namespace(), queue, limit, tx.namespace(), owner, owner, guarantee.ordinal());
		return new Claimed(claim[0], tasks);
	}

	/** What there is to be taken. */
	static List<Held> next(Tx tx, String queue, int limit) throws SQLException {
		return tx.query("SELECT " + COLUMNS + NEXT, Held::read, tx.namespace(), queue, limit);
	}

	/** Takes what is still there as it was read. */
	static Claimed take(Tx tx, List<Held> next, String owner, DeliveryGuarantee guarantee) throws SQLException {
		Set<Long> taken = new HashSet<>();
		Map<Long, List<Long>> byToken = next.stream()
			.collect(Collectors.groupingBy(Held::token, Collectors.mapping(Held::seq, Collectors.toList())));
		for (Map.Entry<Long, List<Long>> some : byToken.entrySet()) {
			taken.addAll(tx.updating(TAKE, "seq", (row) -> row.getLong(1), owner, guarantee.ordinal(),
					tx.numbers(some.getValue()), some.getKey()));
		}
		if (taken.isEmpty()) {
			return new Claimed(0, new ArrayList<>());
		}
		List<Held> tasks = next.stream()
			.filter((held) -> taken.contains(held.seq()))
			.map(Held::withNextToken)
			.collect(Collectors.toCollection(ArrayList::new));
		List<Long> claim = tx.updating(NOTE + "VALUES (?, ?, ?)", "seq", (row) -> row.getLong(1), tx.namespace(), owner,
				tx.numbers(taken));
		return new Claimed(claim.get(0), tasks);
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

	/**
	 * Tasks that were taken at once.
	 *
	 * @param seq the claim's row, if there are any
	 */
	record Claimed(long seq, List<Held> tasks) {

		static final Claimed NOTHING = new Claimed(0, List.of());

	}

}

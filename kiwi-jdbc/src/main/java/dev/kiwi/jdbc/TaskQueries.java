package dev.kiwi.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.QueueDepths.Depth;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskStates.Page;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows for whoever asks, and locks none. Nobody waits long behind who asks for
 * much.
 */
final class TaskQueries {

	/** Ten times what three million rows take that are read to the last one. */
	static final Duration LIMIT = Duration.ofSeconds(10);

	private static final String COLUMNS = """
			SELECT seq, id, queue, unique_key, state, owner, due, content_type, headers, outcome, outcome_type,
			keep_until,""";

	/** Texts that say why are short, results are not. */
	private static final String WITHOUT_BODIES = COLUMNS + """
			CAST(NULL AS varchar(1)) AS sent, CASE WHEN outcome <> 'RESULT' THEN outcome_body END AS said FROM {task}
			WHERE namespace = ?""";

	private static final String WITH_BODIES = COLUMNS
			+ " body AS sent, outcome_body AS said FROM {task} WHERE namespace = ? AND id = ?";

	/** What is over has the same state, and is in no claim that is open. */
	private static final String RUNNING = "state = 1 AND outcome IS NULL AND seq = ANY(?)";

	private TaskQueries() {
	}

	static Optional<KeptTask> find(Tx tx, String id) throws SQLException {
		tx.limit(LIMIT);
		return tx.query(WITH_BODIES, (row) -> read(tx, row), tx.namespace(), id).stream().map(Found::task).findFirst();
	}

	static Page list(Tx tx, TaskQuery query) throws SQLException {
		tx.limit(LIMIT);
		Set<TaskState> states = query.states();
		StringBuilder sql = new StringBuilder(WITHOUT_BODIES);
		List<@Nullable Object> values = new ArrayList<>(List.of(tx.namespace()));
		if (query.after() != null) {
			and(sql, values, "seq > ?", position(query.after()));
		}
		if (query.queue() != null) {
			and(sql, values, "queue = ?", query.queue());
		}
		if (query.key() != null) {
			and(sql, values, "unique_key = ?", query.key());
		}
		if (query.worker() != null) {
			and(sql, values, RUNNING, running(tx, query.worker()));
			and(sql, values, "owner LIKE ? ESCAPE '!'", Claims.owners(query.worker()));
		}
		if (query.olderThan() != null) {
			sql.append(" AND (").append(olderThan(tx.settings(), query.olderThan(), states, values)).append(")");
		}
		if (!states.isEmpty()) {
			sql.append(" AND ").append(condition(tx, states, values));
		}
		sql.append(" ORDER BY seq LIMIT ?");
		values.add(query.limit() + 1);
		List<Found> found = tx.query(sql.toString(), (row) -> read(tx, row), values.toArray());
		boolean isLast = found.size() <= query.limit();
		List<Found> page = isLast ? found : found.subList(0, query.limit());
		return new Page(page.stream().map(Found::task).toList(),
				isLast ? null : Long.toString(page.get(page.size() - 1).seq()));
	}

	/**
	 * What is in all queues that have something, and in those that are asked for. The
	 * first half needs no row but its index.
	 */
	static Map<String, Depth> depths(Tx tx, Collection<String> queues) throws SQLException {
		tx.limit(LIMIT);
		Map<String, Depth> depths = new HashMap<>();
		queues.forEach((queue) -> depths.put(queue, new Depth(0, 0L, null, null)));
		for (Count count : tx.query("""
				SELECT queue, 0 AS state, COUNT(*) AS tasks, MIN(due) AS oldest FROM {task} WHERE namespace = ?
				AND state = 0 GROUP BY queue UNION ALL
				SELECT queue, 2 AS state, COUNT(*) AS tasks, MIN(due) AS oldest FROM {task} WHERE namespace = ?
				AND state = 2 GROUP BY queue""", Count::read, tx.namespace(), tx.namespace())) {
			depths.merge(count.queue(), count.depth(), Count::sum);
		}
		return depths;
	}

	private static void and(StringBuilder sql, List<@Nullable Object> values, String condition, Object value) {
		sql.append(" AND ").append(condition);
		values.add(value);
	}

	private static long position(String after) {
		try {
			return Long.parseLong(after);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"No page of tasks begins after '" + after + "': give what the page before " + "names as its next",
					ex);
		}
	}

	/** What an instance has in hand, or what any has where it is null. */
	private static Array running(Tx tx, @Nullable String instance) throws SQLException {
		return tx.numbers(Claims.tasks(Claims.by(tx, instance)));
	}

	private static String olderThan(JdbcSettings settings, Duration age, Set<TaskState> states,
			List<@Nullable Object> values) {
		Map<String, Duration> conditions = new LinkedHashMap<>();
		if (states.isEmpty() || states.contains(TaskState.QUEUED)) {
			conditions.put("state = 0 AND due <= {from_statement}", age.negated());
		}
		if (states.isEmpty() || states.contains(TaskState.RUNNING) || states.contains(TaskState.WAITING)) {
			conditions.put("state = 1 AND outcome IS NULL AND due <= {from_statement}", age.negated());
		}
		if (states.isEmpty() || !outcomes(states).isEmpty()) {
			conditions.put("state = 1 AND keep_until <= {from_statement}", settings.resultsKept().minus(age));
			conditions.put("state = 3 AND keep_until <= {from_statement}", settings.deadLetterTimeToLive().minus(age));
		}
		conditions.values().forEach((from) -> values.add(from.toMillis()));
		return conditions.isEmpty() ? "1 = 0" : String.join(" OR ", conditions.keySet());
	}

	private static String condition(Tx tx, Set<TaskState> states, List<@Nullable Object> values) throws SQLException {
		List<String> conditions = new ArrayList<>();
		if (states.contains(TaskState.QUEUED)) {
			conditions.add("state = 0");
		}
		if (states.contains(TaskState.RUNNING) || states.contains(TaskState.WAITING)) {
			conditions.add(RUNNING);
			values.add(running(tx, null));
		}
		if (states.contains(TaskState.DELAYED)) {
			conditions.add("state = 2");
		}
		String outcomes = outcomes(states);
		if (!outcomes.isEmpty()) {
			conditions.add("outcome IN (" + outcomes + ")");
		}
		return conditions.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", conditions) + ")";
	}

	private static String outcomes(Set<TaskState> states) {
		return Arrays.stream(Reply.Kind.values())
			.filter((kind) -> kind.isFinal() && states.contains(kind.state()))
			.map((kind) -> "'" + kind.name() + "'")
			.collect(Collectors.joining(", "));
	}

	private static Found read(Tx tx, ResultSet row) throws SQLException {
		int state = row.getInt("state");
		String owner = row.getString("owner");
		byte[] sent = row.getBytes("sent");
		Envelope task = new Envelope(row.getString("id"), null, row.getString("content_type"),
				HeaderText.read(row.getString("headers")), (sent != null) ? sent : new byte[0]);
		String outcome = row.getString("outcome");
		return new Found(row.getLong("seq"),
				new KeptTask(task, row.getString("queue"), TaskBook.state(state, outcome), since(tx, state, row),
						row.getString("unique_key"),
						(state == TaskBook.HELD && owner != null) ? Lease.instance(owner) : null,
						(outcome != null) ? outcome(task.id(), outcome, row) : null));
	}

	private static Reply outcome(String id, String outcome, ResultSet row) throws SQLException {
		byte[] said = row.getBytes("said");
		return new Reply(id, Reply.Kind.valueOf(outcome), row.getString("outcome_type"), Map.of(),
				(said != null) ? said : new byte[0]);
	}

	/** What is over is kept for a set time from its end on. */
	private static @Nullable Instant since(Tx tx, int state, ResultSet row) throws SQLException {
		Timestamp until = row.getTimestamp("keep_until");
		if (state == TaskBook.DELAYED) {
			return null;
		}
		if (until == null) {
			return row.getTimestamp("due").toInstant();
		}
		Duration kept = (state == TaskBook.BURIED) ? tx.settings().deadLetterTimeToLive() : tx.settings().resultsKept();
		return until.toInstant().minus(kept);
	}

	private record Found(long seq, KeptTask task) {
	}

	private record Count(String queue, Depth depth) {

		static Count read(ResultSet row) throws SQLException {
			long tasks = row.getLong("tasks");
			boolean isReady = row.getInt("state") == TaskBook.WAITING;
			return new Count(row.getString("queue"),
					isReady ? new Depth(tasks, 0L, null, row.getTimestamp("oldest").toInstant())
							: new Depth(0, tasks, null, null));
		}

		static Depth sum(Depth one, Depth other) {
			return new Depth(one.ready() + other.ready(), delayed(one) + delayed(other), null,
					(one.oldest() != null) ? one.oldest() : other.oldest());
		}

		private static long delayed(Depth depth) {
			return (depth.delayed() != null) ? depth.delayed() : 0;
		}

	}

}

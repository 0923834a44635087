package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
 * Reads rows for whoever asks, and locks none.
 */
final class TaskQueries {

	private static final String COLUMNS = """
			SELECT seq, id, queue, unique_key, state, owner, due, content_type, headers, outcome, outcome_type,
			keep_until,""";

	/** Texts that say why are short, results are not. */
	private static final String WITHOUT_BODIES = COLUMNS + """
			CAST(NULL AS varchar(1)) AS sent, CASE WHEN outcome <> 'RESULT' THEN outcome_body END AS said FROM {task}
			WHERE namespace = ?""";

	private static final String WITH_BODIES = COLUMNS
			+ " body AS sent, outcome_body AS said FROM {task} WHERE namespace = ? AND id = ?";

	private TaskQueries() {
	}

	static Optional<KeptTask> find(Tx tx, String id) throws SQLException {
		return tx.query(WITH_BODIES, (row) -> read(tx, row), tx.namespace(), id).stream().map(Found::task).findFirst();
	}

	static Page list(Tx tx, TaskQuery query) throws SQLException {
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
			// each epoch of its lease has a name
			and(sql, values, "state = 1 AND owner LIKE ? ESCAPE '!'", query.worker().replaceAll("[!%_]", "!$0") + "/%");
		}
		if (query.olderThan() != null) {
			long age = query.olderThan().toMillis();
			and(sql, values, "(state IN (0, 1) AND due <= {from_now}", -age);
			values.add(tx.settings().resultsKept().toMillis() - age);
			values.add(tx.settings().deadLetterTimeToLive().toMillis() - age);
			sql.append(" OR state = 3 AND keep_until <= {from_now} OR state = 4 AND keep_until <= {from_now})");
		}
		if (!states.isEmpty()) {
			sql.append(" AND ").append(condition(states));
		}
		sql.append(" ORDER BY seq LIMIT ?");
		values.add(query.limit() + 1);
		List<Found> found = tx.query(sql.toString(), (row) -> read(tx, row), values.toArray());
		boolean isLast = found.size() <= query.limit();
		List<Found> page = isLast ? found : found.subList(0, query.limit());
		return new Page(page.stream().map(Found::task).toList(),
				isLast ? null : Long.toString(page.get(page.size() - 1).seq()));
	}

	/** What is in all queues that have something. */
	static Map<String, Depth> depths(Tx tx) throws SQLException {
		Map<String, Depth> depths = new HashMap<>();
		for (Count count : tx.query("""
				SELECT queue, state, COUNT(*) AS tasks, MIN(due) AS oldest FROM {task} WHERE namespace = ?
				AND state IN (0, 2) GROUP BY queue, state""", Count::read, tx.namespace())) {
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

	private static String condition(Set<TaskState> states) {
		List<String> conditions = new ArrayList<>();
		if (states.contains(TaskState.QUEUED)) {
			conditions.add("state = 0");
		}
		if (states.contains(TaskState.RUNNING) || states.contains(TaskState.WAITING)) {
			conditions.add("state = 1");
		}
		if (states.contains(TaskState.DELAYED)) {
			conditions.add("state = 2");
		}
		String outcomes = Arrays.stream(Reply.Kind.values())
			.filter((kind) -> kind.isFinal() && states.contains(kind.state()))
			.map((kind) -> "'" + kind.name() + "'")
			.collect(Collectors.joining(", "));
		if (!outcomes.isEmpty()) {
			conditions.add("state > 2 AND outcome IN (" + outcomes + ")");
		}
		return conditions.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", conditions) + ")";
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
						(state > TaskBook.DELAYED && outcome != null) ? outcome(task.id(), outcome, row) : null));
	}

	private static Reply outcome(String id, String outcome, ResultSet row) throws SQLException {
		byte[] said = row.getBytes("said");
		return new Reply(id, Reply.Kind.valueOf(outcome), row.getString("outcome_type"), Map.of(),
				(said != null) ? said : new byte[0]);
	}

	/** What is over is kept for a set time from its end on. */
	private static @Nullable Instant since(Tx tx, int state, ResultSet row) throws SQLException {
		Timestamp until = row.getTimestamp("keep_until");
		if (state == TaskBook.DELAYED || (state > TaskBook.DELAYED && until == null)) {
			return null;
		}
		if (state < TaskBook.DELAYED) {
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

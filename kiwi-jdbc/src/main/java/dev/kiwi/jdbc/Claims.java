package dev.kiwi.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * What was taken at once is noted in one row, by which it is found again: while its owner
 * may hold some of it, as long as there is no time in the row, and later when it is to be
 * removed. So the rows of tasks need no indexes for that.
 */
final class Claims {

	/** How many go at once, so that nobody waits long for them. */
	private static final int PAGE = 100;

	/** How many are written at once. */
	private static final int MOST = 10_000;

	/** What is locked, or is over a little later than others, is looked for again. */
	private static final Duration AGAIN = Duration.ofMinutes(1);

	/** What no worker took. */
	private static final String NOBODY = "";

	private static final String OWNER_IS_GONE = """
			NOT EXISTS (SELECT 1 FROM {instance} i WHERE i.namespace = gone.namespace AND i.owner = gone.owner)""";

	/** Those of some tasks that are held by somebody who is no more. */
	static final String LEFT_BEHIND = """
			FROM {task} gone WHERE gone.seq = ANY(?) AND gone.state = 1 AND gone.outcome IS NULL AND\s"""
			+ OWNER_IS_GONE;

	private final Database database;

	/** Those of which nothing is held any more. */
	private final Queue<Long> over = new ConcurrentLinkedQueue<>();

	Claims(Database database) {
		this.database = database;
	}

	/**
	 * Something was taken.
	 * @return to be run once for each of the tasks, as soon as it is known to be this
	 * process's no longer
	 */
	Runnable open(Held.Claimed claimed) {
		AtomicInteger held = new AtomicInteger(claimed.tasks().size());
		return () -> {
			if (held.decrementAndGet() == 0) {
				this.over.add(claimed.seq());
			}
		};
	}

	/** Writes what is over. Nobody waits for that, so it need not be done at once. */
	void write() throws SQLException {
		for (List<Long> some = some(); !some.isEmpty(); some = some()) {
			List<Long> written = some;
			try {
				this.database.inTransaction((tx) -> end(tx, written));
			}
			catch (SQLException | RuntimeException ex) {
				this.over.addAll(written);
				throw ex;
			}
		}
	}

	private List<Long> some() {
		List<Long> some = new ArrayList<>();
		for (Long claim = this.over.poll(); claim != null; claim = (some.size() < MOST) ? this.over.poll() : null) {
			some.add(claim);
		}
		return some;
	}

	/** What ends without having been taken is to be found as well. */
	static void note(Tx tx, long task, Duration kept) throws SQLException {
		tx.update("INSERT INTO {claim} (namespace, owner, tasks, keep_until) VALUES (?, ?, ?, {from_now})",
				tx.namespace(), NOBODY, tx.numbers(List.of(task)), kept.toMillis());
	}

	/** What an owner may hold. */
	static List<Open> of(Tx tx, String owner) throws SQLException {
		return tx.query("SELECT seq, tasks FROM {claim} WHERE namespace = ? AND keep_until IS NULL AND owner = ?",
				Open::read, tx.namespace(), owner);
	}

	/** What may be held by an instance, or by any where it is null. */
	static List<Open> by(Tx tx, @Nullable String instance) throws SQLException {
		String owner = (instance != null) ? owners(instance) : "%";
		return tx.query("""
				SELECT seq, tasks FROM {claim} WHERE namespace = ? AND keep_until IS NULL
				AND owner LIKE ? ESCAPE '!'""", Open::read, tx.namespace(), owner);
	}

	/** A pattern for the owners of an instance: each epoch of its lease has a name. */
	static String owners(String instance) {
		return instance.replaceAll("[!%_]", "!$0") + "/%";
	}

	/** What was held by those who are no more, and nobody else gives to others now. */
	static List<Open> left(Tx tx) throws SQLException {
		return tx.query("SELECT seq, tasks FROM {claim} gone WHERE gone.namespace = ? AND gone.keep_until IS NULL AND "
				+ OWNER_IS_GONE + " {skip_locked}", Open::read, tx.namespace());
	}

	/** The tasks of some claims. */
	static Set<Long> tasks(Collection<Open> claims) {
		Set<Long> tasks = new HashSet<>();
		claims.forEach((claim) -> tasks.addAll(claim.tasks()));
		return tasks;
	}

	/** Ends those of which nothing is held any more by those who are no more. */
	static void close(Tx tx, List<Open> claims) throws SQLException {
		Set<Long> held = new HashSet<>(
				tx.query("SELECT seq " + LEFT_BEHIND, (row) -> row.getLong(1), tx.numbers(tasks(claims))));
		List<Long> over = claims.stream()
			.filter((claim) -> claim.tasks().stream().noneMatch(held::contains))
			.map(Open::seq)
			.toList();
		end(tx, over);
	}

	private static int end(Tx tx, List<Long> claims) throws SQLException {
		JdbcSettings settings = tx.settings();
		return tx.update("UPDATE {claim} SET keep_until = {from_now} WHERE seq = ANY(?)",
				Math.min(settings.resultsKept().toMillis(), settings.deadLetterTimeToLive().toMillis()),
				tx.numbers(claims));
	}

	/**
	 * Removes some of what has been over for long enough, and looks again when the next
	 * is: dead letters are kept for another time.
	 * @return whether there may be more
	 */
	static boolean purge(Tx tx) throws SQLException {
		List<Open> claims = tx.query("""
				SELECT seq, tasks FROM {claim} WHERE namespace = ? AND keep_until < {statement_now}
				ORDER BY namespace, keep_until LIMIT ? {skip_locked}""", Open::read, tx.namespace(), PAGE);
		if (claims.isEmpty()) {
			return false;
		}
		Array tasks = tx.numbers(tasks(claims));
		tx.update("""
				DELETE FROM {task} WHERE {picked} SELECT seq FROM {task} WHERE seq = ANY(?)
				AND keep_until < {statement_now} {skip_locked} {end_picked}""", tasks);
		Map<Long, Timestamp> kept = new HashMap<>();
		tx.query("SELECT seq, keep_until FROM {task} WHERE seq = ANY(?) AND keep_until IS NOT NULL", (row) -> {
			kept.put(row.getLong(1), row.getTimestamp(2));
			return true;
		}, tasks);
		List<Long> over = new ArrayList<>();
		for (Open claim : claims) {
			Timestamp next = claim.first(kept);
			if (next == null) {
				over.add(claim.seq());
			}
			else {
				tx.update("""
						UPDATE {claim} SET keep_until = GREATEST(CAST(? AS timestamp with time zone), {from_now})
						WHERE seq = ?""", next, AGAIN.toMillis(), claim.seq());
			}
		}
		tx.update("DELETE FROM {claim} WHERE seq = ANY(?)", tx.numbers(over));
		return claims.size() == PAGE;
	}

	/**
	 * A claim's row.
	 */
	record Open(long seq, List<Long> tasks) {

		/** The first of the times that some tasks have. */
		@Nullable Timestamp first(Map<Long, Timestamp> times) {
			Timestamp first = null;
			for (Long task : this.tasks) {
				Timestamp time = times.get(task);
				if (time != null && (first == null || time.before(first))) {
					first = time;
				}
			}
			return first;
		}

		static Open read(ResultSet row) throws SQLException {
			Object[] tasks = (Object[]) row.getArray("tasks").getArray();
			return new Open(row.getLong("seq"),
					Arrays.stream(tasks).map((task) -> ((Number) task).longValue()).toList());
		}

	}

}

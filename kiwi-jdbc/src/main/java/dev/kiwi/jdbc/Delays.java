package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Lets tasks out whose time has come, and sleeps until the next one's.
 */
final class Delays implements Pump.Source {

	private static final int MAX_AT_ONCE = 1_000;

	private static final long NONE = -1;

	/** What is due and locked is being let out by somebody else. */
	private static final long OTHERS_MILLIS = 20;

	/** The database's clock and this one's may run at different speeds. */
	private static final long LONGEST_MILLIS = 3_600_000;

	/** Not a minimum: together with the time it would be looked for among all. */
	static final String NEXT = """
			SELECT due, {now} FROM {task} WHERE namespace = ? AND state = 2 ORDER BY namespace, state, due LIMIT 1""";

	private final Database database;

	private final Pump pump;

	private final ScheduledExecutorService timer;

	private @Nullable Future<?> alarm;

	Delays(Database database, Pump pump, ScheduledExecutorService timer) {
		this.database = database;
		this.pump = pump;
		this.timer = timer;
	}

	@Override
	public void look() throws SQLException {
		long millis = this.database
			.atOnce((tx) -> tx.query(NEXT, (row) -> wait(row.getTimestamp(1), row.getTimestamp(2)), tx.namespace()))
			.stream()
			.findFirst()
			.orElse(NONE);
		if (millis == 0 && letOut() > 0) {
			this.pump.ring(this);
		}
		else {
			wakeAfter((millis != 0) ? millis : OTHERS_MILLIS);
		}
	}

	private int letOut() throws SQLException {
		return this.database.inTransaction((tx) -> {
			List<String> queues = tx.updating("""
					UPDATE {task} SET state = 0 WHERE state = 2 AND {picked}
					SELECT seq FROM {task} WHERE namespace = ? AND state = 2 AND due <= {statement_now}
					ORDER BY namespace, state, due LIMIT ? {skip_locked} {end_picked}""", "queue",
					(row) -> row.getString(1), tx.namespace(), MAX_AT_ONCE);
			new HashSet<>(queues).forEach((queue) -> tx.ring(Bell.queue(queue)));
			return queues.size();
		});
	}

	/** How long to wait for the next one: 0 if it is due. */
	private static long wait(Timestamp due, Timestamp now) {
		// rounded up: to look too early would be to look twice
		return due.after(now) ? due.getTime() - now.getTime() + 1 : 0;
	}

	private synchronized void wakeAfter(long millis) {
		if (this.alarm != null) {
			this.alarm.cancel(false);
			this.alarm = null;
		}
		if (millis >= 0 && !this.timer.isShutdown()) {
			this.alarm = this.timer.schedule(() -> this.pump.ring(this), Math.min(millis, LONGEST_MILLIS),
					TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public String toString() {
		return "What waits for its time";
	}

}

package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes up for bells that were missed: asks once whether there is anything for this
 * process, and rings for all then.
 */
final class Sweep implements Pump.Source {

	/** How soon a missed bell is made up for. */
	static final Duration EVERY = Duration.ofSeconds(10);

	private final Hub hub;

	private final Supplier<Set<String>> queues;

	private final Consumer<String> hearing;

	/**
	 * A sweep.
	 * @param queues those that this process works on
	 * @param hearing told each word
	 */
	Sweep(Hub hub, Supplier<Set<String>> queues, Consumer<String> hearing) {
		this.hub = hub;
		this.queues = queues;
		this.hearing = hearing;
	}

	@Override
	public void look() throws SQLException {
		List<String> recipients = new ArrayList<>(List.of(this.hub.instance()));
		String owner = this.hub.lease().owner();
		if (owner != null) {
			recipients.add(owner);
		}
		boolean anything = this.hub.database()
			.atOnce((tx) -> tx
				.query("""
						SELECT EXISTS (SELECT 1 FROM {task} WHERE namespace = ? AND queue = ANY(?) AND state = 0)
						OR EXISTS (SELECT 1 FROM {task} WHERE namespace = ? AND state = 2 AND due < {from_statement})
						OR EXISTS (SELECT 1 FROM {message} WHERE namespace = ? AND recipient = ANY(?))""",
						(row) -> row.getBoolean(1), tx.namespace(), tx.array(this.queues.get()), tx.namespace(),
						EVERY.toMillis(), tx.namespace(), tx.array(recipients))
				.get(0));
		if (anything) {
			this.hearing.accept(Bell.EVERYWHERE);
		}
	}

	@Override
	public String toString() {
		return "What may have been missed";
	}

}

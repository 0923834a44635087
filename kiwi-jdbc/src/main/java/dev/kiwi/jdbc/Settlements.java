package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Writes what holders say of their tasks. Each statement asks for the token, which grows
 * whenever a task changes hands: what is no longer theirs is not changed.
 */
final class Settlements {

	/** Not the state: a planner would look for it among all that is held. */
	private static final String MINE = " {from_rows} WHERE seq = {held:number} AND token = {held_token:number}";

	private static final String OUTCOME = """
			outcome = {kind:text}, outcome_id = {reply:text}, outcome_type = {type:text},
			outcome_headers = {says:text}, outcome_body = {answer:bytes}, keep_until = {kept:from_now},
			unique_key = NULL, owner = NULL""";

	private static final String OVER = "UPDATE {task} SET body = NULL, headers = NULL, " + OUTCOME + MINE;

	/**
	 * The same for those that nobody can be waiting for: one that is followed is left,
	 * whoever began that meanwhile.
	 */
	private static final String OVER_UNTOLD = OVER + " AND followed = FALSE";

	private static final String BURIED = "UPDATE {task} SET state = 3, " + OUTCOME + ", headers = {others:text}" + MINE;

	private static final String AGAIN = """
			UPDATE {task} SET state = {next:number}, due = {later:from_now}, headers = {others:text}, owner = NULL,
			redelivered = FALSE, crashes = 0, begun = FALSE""" + MINE;

	private static final String BACK = """
			UPDATE {task} SET state = 0, owner = NULL, redelivered = redelivered OR {known:flag},
			crashes = crashes + {more:number}, begun = FALSE""" + MINE;

	private static final String BEGUN = "UPDATE {task} SET begun = TRUE" + MINE;

	private static final String HELD = "SELECT 1 FROM {task} WHERE seq = ? AND token = ?";

	private final Tx tx;

	private final Settled[] results;

	private Settlements(Tx tx, int size) {
		this.tx = tx;
		this.results = new Settled[size];
	}

	/**
	 * Writes some settlements. Those that were written before are written once more.
	 * @param again whether that may be: not to find them is no loss then
	 */
	static List<Settled> write(Database database, List<Settlement> settlements, boolean again) throws SQLException {
		if (!settlements.stream().allMatch(Settlements::isUntold)) {
			return database.inTransaction((tx) -> write(tx, settlements, again));
		}
		boolean[] over = database.atOnceForRows((tx) -> writeUntold(tx, settlements));
		List<Settlement> left = IntStream.range(0, over.length)
			.filter((index) -> !over[index])
			.mapToObj(settlements::get)
			.toList();
		if (left.isEmpty()) {
			return Collections.nCopies(over.length, Settled.DONE);
		}
		Iterator<Settled> others = database.inTransaction((tx) -> write(tx, left, again)).iterator();
		return IntStream.range(0, over.length).mapToObj((index) -> over[index] ? Settled.DONE : others.next()).toList();
	}

	private static List<Settled> write(Tx tx, List<Settlement> settlements, boolean again) throws SQLException {
		tx.durable();
		Settlements writing = new Settlements(tx, settlements.size());
		Arrays.fill(writing.results, again ? Settled.UNKNOWN : Settled.LOST_OWNERSHIP);
		writing.write(settlements);
		return List.of(writing.results);
	}

	/** Whether its sender waits for no outcome. */
	private static boolean isUntold(Settlement settlement) {
		return settlement instanceof Settlement.Settle settle && settle.verdict() instanceof Verdict.Complete
				&& settle.held().task().replyTo() == null;
	}

	private static boolean[] writeUntold(Tx tx, List<Settlement> settlements) throws SQLException {
		tx.durable();
		long kept = tx.settings().resultsKept().toMillis();
		List<@Nullable Object[]> rows = new ArrayList<>();
		for (Settlement settlement : settlements) {
			Verdict.Complete verdict = (Verdict.Complete) ((Settlement.Settle) settlement).verdict();
			rows.add(row(settlement.held(), outcome(verdict.outcome(), kept)));
		}
		return tx.updateAll(OVER_UNTOLD, rows);
	}

	/**
	 * Writes the end of a task in a transaction of its handler's. What is said of the
	 * task afterwards changes nothing if that was committed: not everybody will know.
	 */
	static Settled writeOnce(Tx tx, Settlement.Settle settlement) throws SQLException {
		Held held = settlement.held();
		if (tx.update("UPDATE {task} SET token = token + 1 WHERE seq = ? AND token = ?", held.seq(),
				held.token()) == 0) {
			return Settled.LOST_OWNERSHIP;
		}
		return write(tx, List.of(new Settlement.Settle(held.withNextToken(), settlement.verdict(), settlement.begun())),
				false)
			.get(0);
	}

	private void write(List<Settlement> settlements) throws SQLException {
		Batch begun = new Batch(BEGUN);
		Batch over = new Batch(OVER);
		Batch buried = new Batch(BURIED);
		Batch again = new Batch(AGAIN);
		Batch back = new Batch(BACK);
		List<Saying> reports = new ArrayList<>();
		List<Saying> outcomes = new ArrayList<>();
		for (int index = 0; index < settlements.size(); index++) {
			Settlement settlement = settlements.get(index);
			Held held = settlement.held();
			if (settlement instanceof Settlement.Begin) {
				begun.add(index, held);
			}
			else if (settlement instanceof Settlement.Report report) {
				reports.add(new Saying(index, held, report.reply(), false));
			}
			else if (settlement instanceof Settlement.Abandon abandon) {
				back.add(index, held, abandon.begun(), (abandon.begun() && held.redelivered()) ? 1 : 0);
				this.tx.ring(Bell.queue(held.queue()));
			}
			else if (settlement instanceof Settlement.Settle settle) {
				settle(index, settle, over, buried, again, back, outcomes);
			}
		}
		// what was said before the end comes before it
		for (Saying report : reports) {
			this.results[report.index()] = isMine(report.held()) ? Settled.DONE : Settled.LOST_OWNERSHIP;
		}
		for (Batch batch : List.of(begun, over, buried, again, back)) {
			batch.write();
		}
		Told.tell(this.tx,
				Stream.concat(reports.stream(), outcomes.stream())
					.filter((saying) -> this.results[saying.index()] == Settled.DONE)
					.map(Saying::told)
					.toList());
	}

	private void settle(int index, Settlement.Settle settle, Batch over, Batch buried, Batch again, Batch back,
			List<Saying> telling) {
		Held held = settle.held();
		Verdict verdict = settle.verdict();
		if (verdict instanceof Verdict.Complete complete) {
			over.add(index, held, outcome(complete.outcome(), this.tx.settings().resultsKept().toMillis()));
			telling.add(new Saying(index, held, complete.outcome(), true));
		}
		else if (verdict instanceof Verdict.Bury bury) {
			@Nullable Object[] outcome = outcome(bury.outcome(), this.tx.settings().deadLetterTimeToLive().toMillis());
			@Nullable Object[] all = Arrays.copyOf(outcome, outcome.length + 1);
			all[outcome.length] = HeaderText.of(bury.envelope().headers());
			buried.add(index, held, all);
			telling.add(new Saying(index, held, bury.outcome(), true));
		}
		else if (verdict instanceof Verdict.Retry retry) {
			boolean later = !retry.after().isZero();
			again.add(index, held, later ? 2 : 0, retry.after().toMillis(), HeaderText.of(retry.envelope().headers()));
			this.tx.ring(later ? Bell.delayed() : Bell.queue(held.queue()));
		}
		else {
			back.add(index, held, settle.begun(), 0);
			this.tx.ring(Bell.queue(held.queue()));
		}
	}

	private static @Nullable Object[] outcome(Reply outcome, long kept) {
		return new @Nullable Object[] { outcome.kind().name(), outcome.correlationId(), outcome.contentType(),
				HeaderText.of(outcome.headers()), outcome.body(), kept };
	}

	private static @Nullable Object[] row(Held held, @Nullable Object... parameters) {
		@Nullable Object[] row = Arrays.copyOf(parameters, parameters.length + 2);
		row[parameters.length] = held.seq();
		row[parameters.length + 1] = held.token();
		return row;
	}

	private boolean isMine(Held held) throws SQLException {
		return !this.tx.query(HELD, (row) -> true, held.seq(), held.token()).isEmpty();
	}

	/**
	 * Something to tell if it was this owner's to say.
	 */
	private record Saying(int index, Held held, Reply reply, boolean isFinal) {

		Told told() {
			return new Told(this.held.task(), this.reply, this.isFinal);
		}

	}

	/**
	 * Executions of one statement.
	 */
	private final class Batch {

		private final String statement;

		private final List<Integer> indexes = new ArrayList<>();

		private final List<@Nullable Object[]> rows = new ArrayList<>();

		Batch(String statement) {
			this.statement = statement;
		}

		void add(int index, Held held, @Nullable Object... parameters) {
			this.indexes.add(index);
			this.rows.add(row(held, parameters));
		}

		void write() throws SQLException {
			boolean[] changed = Settlements.this.tx.updateAll(this.statement, this.rows);
			for (int index = 0; index < changed.length; index++) {
				if (changed[index]) {
					Settlements.this.results[this.indexes.get(index)] = Settled.DONE;
				}
			}
		}

	}

}

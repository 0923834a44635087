package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.kiwi.transport.DeadLetterStore;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;

/**
 * The buried rows. Whoever visits them locks others out.
 */
final class JdbcDeadLetters implements DeadLetterStore {

	private static final String LOCK = "dead-letters";

	private static final int PAGE = 200;

	private final Hub hub;

	JdbcDeadLetters(Hub hub) {
		this.hub = hub;
	}

	@Override
	public CompletableFuture<Void> visit(Visitor visitor) {
		return this.hub.lettersClerk().transact("Visiting the dead letters", (tx) -> {
			tx.durable();
			Locks.lock(tx, LOCK);
			List<Long> all = tx.query(
					"SELECT seq FROM {task} WHERE namespace = ? AND state = 3 ORDER BY keep_until, seq",
					(row) -> row.getLong(1), tx.namespace());
			for (int from = 0; from < all.size(); from += PAGE) {
				visit(tx, all.subList(from, Math.min(from + PAGE, all.size())), visitor);
			}
			return true;
		}).thenAccept((done) -> {
		});
	}

	private static void visit(Tx tx, List<Long> page, Visitor visitor) throws SQLException {
		List<Letter> letters = tx.query("""
				SELECT seq, id, reply_to, content_type, headers, body FROM {task} WHERE seq = ANY(?) AND state = 3
				ORDER BY keep_until, seq""", (row) -> new Letter(row.getLong("seq"), Held.envelope(row)),
				tx.numbers(page));
		for (Letter letter : letters) {
			Disposal disposal = visitor.visit(letter.envelope());
			if (disposal instanceof Disposal.Discard) {
				tx.update("DELETE FROM {task} WHERE seq = ?", letter.seq());
			}
			else if (disposal instanceof Disposal.Relaunch relaunch) {
				relaunch(tx, letter.seq(), relaunch);
			}
		}
	}

	/** A relaunch is a new life: nothing that was asked of the former one counts. */
	private static void relaunch(Tx tx, long seq, Disposal.Relaunch relaunch) throws SQLException {
		Envelope task = relaunch.task();
		tx.update(
				"""
						UPDATE {task} SET state = 0, token = token + 1, queue = ?, priority = ?, due = {now}, reply_to = ?, content_type = ?,
						headers = ?, body = ?, redelivered = FALSE, begun = FALSE, crashes = 0, cancel_requested = FALSE,
						outcome = NULL, outcome_id = NULL, outcome_type = NULL, outcome_headers = NULL, outcome_body = NULL,
						keep_until = NULL WHERE seq = ?""",
				relaunch.queue(), task.count(Headers.PRIORITY, 0), task.replyTo(), task.contentType(),
				HeaderText.of(task.headers()), task.body(), seq);
		tx.ring(Bell.queue(relaunch.queue()));
	}

	private record Letter(long seq, Envelope envelope) {
	}

}

package dev.kiwi.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import dev.kiwi.CancelOutcome;
import dev.kiwi.KiwiException;
import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of single tasks.
 */
final class TaskBook {

	static final int WAITING = 0;

	static final int HELD = 1;

	static final int DELAYED = 2;

	static final int BURIED = 3;

	private TaskBook() {
	}

	static TaskState state(Tx tx, String id) throws SQLException {
		return tx
			.query("SELECT state, outcome FROM {task} WHERE namespace = ? AND id = ?",
					(row) -> state(row.getInt(1), row.getString(2)), tx.namespace(), id)
			.stream()
			.findFirst()
			.orElse(TaskState.UNKNOWN);
	}

	static CancelOutcome cancel(Tx tx, String id) throws SQLException {
		tx.durable();
		Entry entry = locked(tx, id);
		if (entry == null) {
			return CancelOutcome.UNKNOWN;
		}
		if (entry.outcome() != null) {
			return CancelOutcome.ALREADY_FINISHED;
		}
		return switch (entry.state()) {
			case WAITING, DELAYED -> {
				Reply outcome = new Reply(id, Reply.Kind.CANCELLED, "text/plain", Map.of(),
						"Cancelled before it began".getBytes(StandardCharsets.UTF_8));
				end(tx, entry, outcome);
				yield CancelOutcome.CANCELLED;
			}
			case HELD -> {
				tx.update("UPDATE {task} SET cancel_requested = TRUE WHERE seq = ?", entry.seq());
				if (entry.owner() != null) {
					Tells tells = new Tells(tx);
					tells.cancel(Lease.instance(entry.owner()), entry.seq());
					tells.write();
				}
				yield CancelOutcome.REQUESTED;
			}
			default -> CancelOutcome.ALREADY_FINISHED;
		};
	}

	/**
	 * Whoever follows hears of the outcome as soon as there is one. A worker that looked
	 * for tasks meanwhile has left out this one, which was locked: it is to look again.
	 */
	static void follow(Tx tx, String id, String instance) throws SQLException {
		Entry entry = locked(tx, id);
		if (entry == null) {
			throw new KiwiException("Nothing is known of a task " + id + ", or nothing any more");
		}
		if (entry.outcome() == null) {
			Followers.add(tx, id, instance);
			tx.update("UPDATE {task} SET followed = TRUE WHERE seq = ?", entry.seq());
			if (entry.state() == WAITING) {
				tx.ring(Bell.queue(entry.queue()));
			}
			return;
		}
		Tells tells = new Tells(tx);
		tells.tell(instance, Tells.TASK_REPLY, entry.outcome());
		tells.write();
	}

	private static void end(Tx tx, Entry entry, Reply outcome) throws SQLException {
		Claims.note(tx, entry.seq(), tx.settings().resultsKept());
		tx.update("""
				UPDATE {task} SET state = 1, token = token + 1, outcome = ?, outcome_id = ?, outcome_type = ?,
				outcome_body = ?, keep_until = {from_now}, unique_key = NULL, body = NULL, headers = NULL
				WHERE seq = ?""", outcome.kind().name(), outcome.correlationId(), outcome.contentType(), outcome.body(),
				tx.settings().resultsKept().toMillis(), entry.seq());
		Envelope task = new Envelope(outcome.correlationId(), entry.replyTo(), null, Map.of(), new byte[0]);
		Told.tell(tx, List.of(new Told(task, outcome, true)));
	}

	private static @Nullable Entry locked(Tx tx, String id) throws SQLException {
		tx.before(tx.dialect().boundLocks());
		tx.before(tx.dialect().boundStandstill());
		try {
			List<Entry> entries = tx
				.query("""
						SELECT seq, queue, state, owner, reply_to, outcome AS kind, outcome_id AS id, outcome_type AS content_type,
						outcome_headers AS headers, outcome_body AS body FROM {task} WHERE namespace = ? AND id = ? FOR UPDATE""",
						Entry::read, tx.namespace(), id);
			return entries.isEmpty() ? null : entries.get(0);
		}
		catch (SQLException ex) {
			if (!Database.isLocked(ex)) {
				throw ex;
			}
			throw new KiwiException("Another transaction has changed task " + id + " and does not end ("
					+ ex.getMessage() + "): its handler's, most likely, which has completed it. Try again after that; "
					+ "what takes long belongs before the completion", ex);
		}
	}

	static TaskState state(int state, @Nullable String outcome) {
		return switch (state) {
			case WAITING -> TaskState.QUEUED;
			case DELAYED -> TaskState.DELAYED;
			default -> (outcome != null) ? Reply.Kind.valueOf(outcome).state() : TaskState.RUNNING;
		};
	}

	private record Entry(long seq, String queue, int state, @Nullable String owner, @Nullable String replyTo,
			@Nullable Reply outcome) {

		static Entry read(ResultSet row) throws SQLException {
			return new Entry(row.getLong("seq"), row.getString("queue"), row.getInt("state"), row.getString("owner"),
					row.getString("reply_to"), (row.getString("kind") != null) ? Tells.reply(row) : null);
		}

	}

}

package dev.kiwi.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.TaskLostException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;

/**
 * Tasks that are to run at most once and whose owner is no more: nobody knows how far it
 * came.
 */
final class LostTasks {

	private LostTasks() {
	}

	/** Keeps them as dead letters, and tells those who wait. */
	static void bury(Tx tx, Collection<Long> seqs) throws SQLException {
		List<Lost> all = tx.query(
				"SELECT seq, queue, id, reply_to, content_type, headers, body " + Claims.LEFT_BEHIND
						+ " AND gone.guarantee = ? FOR UPDATE SKIP LOCKED",
				(row) -> new Lost(row.getLong("seq"), row.getString("queue"), Held.envelope(row)), tx.numbers(seqs),
				DeliveryGuarantee.AT_MOST_ONCE.ordinal());
		List<Told> told = new ArrayList<>();
		for (Lost lost : all) {
			String reason = "Task " + lost.task().id() + " on queue '" + lost.queue()
					+ "' is lost: the worker that had "
					+ "it is gone, and the queue's tasks run at most once (delivery: at-most-once)";
			Reply outcome = new Reply(lost.task().id(), Reply.Kind.LOST, "text/plain", Map.of(),
					reason.getBytes(StandardCharsets.UTF_8));
			tx.update(
					"""
							UPDATE {task} SET state = 3, owner = NULL, token = token + 1, unique_key = NULL, headers = ?, outcome = ?,
							outcome_id = ?, outcome_type = ?, outcome_body = ?, keep_until = {from_now} WHERE seq = ?""",
					HeaderText.of(lost.headers(reason)), outcome.kind().name(), outcome.correlationId(),
					outcome.contentType(), outcome.body(), tx.settings().deadLetterTimeToLive().toMillis(), lost.seq());
			told.add(new Told(lost.task(), outcome, true));
		}
		Told.tell(tx, told);
	}

	private record Lost(long seq, String queue, Envelope task) {

		Map<String, String> headers(String reason) {
			Map<String, String> headers = new HashMap<>(this.task.headers());
			headers.put(Headers.QUEUE, this.queue);
			headers.put(Headers.REASON, reason);
			headers.put(Headers.ERROR_TYPE, TaskLostException.class.getName());
			headers.put(Headers.BURIED, Long.toString(System.currentTimeMillis()));
			return headers;
		}

	}

}

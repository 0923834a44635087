package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What is told to one instance: rows in its inbox.
 */
final class Tells {

	static final String TASK_REPLY = "task-reply";

	static final String RPC_REPLY = "rpc-reply";

	/** Somebody wants a task to end that the instance holds; the id is its row's. */
	static final String CANCEL = "cancel";

	/** Who does not look for so long is no more. */
	private static final Duration KEPT = Duration.ofDays(1);

	private final List<@Nullable Object[]> rows = new ArrayList<>();

	private final Tx tx;

	Tells(Tx tx) {
		this.tx = tx;
	}

	void tell(String instance, String box, Reply reply) {
		add(instance, box, reply.kind().name(), reply.correlationId(), reply.contentType(),
				HeaderText.of(reply.headers()), reply.body());
	}

	void cancel(String instance, long seq) {
		add(instance, CANCEL, CANCEL, Long.toString(seq), null, null, null);
	}

	/** Writes what was told. */
	void write() throws SQLException {
		this.tx.insertAll("""
				INSERT INTO {message} (namespace, recipient, box, kind, id, content_type, headers, body, expires)
				{values} {namespace:text}, {recipient:text}, {box:text}, {kind:text}, {id:text}, {content_type:text},
				{headers:text}, {body:bytes}, {expires:from_now} {end_values}""", this.rows);
	}

	/** A reply as it was written. */
	static Reply reply(ResultSet row) throws SQLException {
		byte[] body = row.getBytes("body");
		return new Reply(row.getString("id"), Reply.Kind.valueOf(row.getString("kind")), row.getString("content_type"),
				HeaderText.read(row.getString("headers")), (body != null) ? body : new byte[0]);
	}

	private void add(String instance, String box, String kind, String id, @Nullable String contentType,
			@Nullable String headers, byte @Nullable [] body) {
		this.rows.add(new @Nullable Object[] { this.tx.namespace(), instance, box, kind, id, contentType, headers, body,
				KEPT.toMillis() });
		this.tx.ring(Bell.told(instance));
	}

}

package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What this instance is told: replies and cancellations.
 */
final class Inbox implements Pump.Source {

	private static final int PAGE = 500;

	private final Hub hub;

	private final Consumer<Reply> taskReplies;

	private final Consumer<Reply> rpcReplies;

	private final LongConsumer cancellations;

	Inbox(Hub hub, Consumer<Reply> taskReplies, Consumer<Reply> rpcReplies, LongConsumer cancellations) {
		this.hub = hub;
		this.taskReplies = taskReplies;
		this.rpcReplies = rpcReplies;
		this.cancellations = cancellations;
	}

	@Override
	public void look() throws SQLException {
		List<Told> read = new ArrayList<>();
		try {
			this.hub.database()
				.inTransaction((tx) -> read.addAll(tx.deletingPicked(
						"""
								DELETE FROM {message} WHERE {picked}
								SELECT seq FROM {message} WHERE namespace = ? AND recipient = ? ORDER BY seq LIMIT ? {skip_locked} {end_picked}""",
						"seq, box, kind, id, content_type, headers, body", Told::read, tx.namespace(),
						this.hub.instance(), PAGE)));
		}
		finally {
			// also where the commit failed: better heard twice than never
			read.sort(Comparator.comparingLong(Told::seq));
			read.forEach(this::hear);
		}
		if (read.size() == PAGE) {
			this.hub.wordPump().ring(this);
		}
	}

	private void hear(Told told) {
		if (told.reply() == null) {
			this.cancellations.accept(Long.parseLong(told.id()));
		}
		else {
			(told.box().equals(Tells.RPC_REPLY) ? this.rpcReplies : this.taskReplies).accept(told.reply());
		}
	}

	@Override
	public String toString() {
		return "The inbox";
	}

	private record Told(long seq, String box, String id, @Nullable Reply reply) {

		static Told read(ResultSet row) throws SQLException {
			String box = row.getString("box");
			return new Told(row.getLong("seq"), box, row.getString("id"),
					box.equals(Tells.CANCEL) ? null : Tells.reply(row));
		}

	}

}

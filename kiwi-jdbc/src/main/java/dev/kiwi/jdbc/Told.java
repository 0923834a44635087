package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.List;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;

/**
 * Something that is told of a task, to its sender and whoever else follows it.
 *
 * @param task the task
 * @param reply what is told
 * @param isFinal whether nothing follows
 */
record Told(Envelope task, Reply reply, boolean isFinal) {

	/** Tells all of it. The rows of what is final are changed in the same transaction. */
	static void tell(Tx tx, List<Told> all) throws SQLException {
		if (all.isEmpty()) {
			return;
		}
		Tells tells = new Tells(tx);
		Followers followers = Followers.of(tx, all.stream().map(Told::id).toList());
		for (Told told : all) {
			String sender = told.task().replyTo();
			if (sender != null) {
				tells.tell(sender, Tells.TASK_REPLY, told.reply());
			}
			for (String follower : followers.of(told.id())) {
				if (!follower.equals(sender)) {
					tells.tell(follower, Tells.TASK_REPLY, told.reply());
				}
			}
		}
		followers.forget(all.stream().filter(Told::isFinal).map(Told::id).toList());
		tells.write();
	}

	private String id() {
		return this.task.id();
	}

}

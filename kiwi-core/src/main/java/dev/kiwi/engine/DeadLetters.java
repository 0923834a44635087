package dev.kiwi.engine;

import java.util.HashMap;
import java.util.Map;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Verdict;

/**
 * How a task is kept aside.
 */
final class DeadLetters {

	private DeadLetters() {
	}

	/**
	 * The verdict that keeps a task with the reason and tells its sender, if one waits.
	 */
	static Verdict bury(Envelope task, String queue, Throwable reason) {
		Map<String, String> headers = new HashMap<>(task.headers());
		headers.put(Headers.QUEUE, queue);
		headers.put(Headers.REASON, Replies.shortened(reason.toString()));
		Envelope kept = new Envelope(task.id(), task.replyTo(), task.contentType(), headers, task.body());
		Reply reply = (task.replyTo() != null) ? Replies.exception(task.id(), reason) : null;
		return new Verdict.Bury(kept, reply);
	}

}

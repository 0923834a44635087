package dev.kiwi.engine;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Verdict;

/**
 * What became of a message that was handled.
 */
public enum HandlingOutcome {

	/**
	 * The handler returned, or its stage completed.
	 */
	SUCCEEDED,

	/**
	 * The handler of a call or of a broadcast failed.
	 */
	FAILED,

	/**
	 * The handler failed, and the task is tried again.
	 */
	RETRIED,

	/**
	 * The task is kept as a dead letter.
	 */
	BURIED,

	/**
	 * It was cancelled, before or while it ran.
	 */
	CANCELLED,

	/**
	 * The task was not begun within its time to live.
	 */
	EXPIRED,

	/**
	 * The worker of a task that must not run twice is gone.
	 */
	LOST,

	/**
	 * The task goes to another worker, as this one ends.
	 */
	RELEASED,

	/**
	 * Every subscriber here has left the task to others.
	 */
	REJECTED,

	/**
	 * The task was not this worker's any more, or may not have been: the connection
	 * broke, and any worker may get it again.
	 */
	OWNERSHIP_LOST;

	/**
	 * What a final reply says.
	 */
	static HandlingOutcome of(Reply.Kind kind) {
		return switch (kind) {
			case RESULT -> SUCCEEDED;
			case CANCELLED -> CANCELLED;
			case EXPIRED -> EXPIRED;
			case LOST -> LOST;
			default -> FAILED;
		};
	}

	/**
	 * What a verdict makes of a task.
	 */
	static HandlingOutcome of(Verdict verdict, Envelope task) {
		if (verdict instanceof Verdict.Complete complete) {
			return of(complete.outcome().kind());
		}
		if (verdict instanceof Verdict.Bury bury) {
			return (bury.outcome().kind() == Reply.Kind.LOST) ? LOST : BURIED;
		}
		if (verdict instanceof Verdict.Retry retry) {
			if (counts(Headers.ATTEMPTS, retry.envelope(), task)) {
				return RETRIED;
			}
			return counts(Headers.REJECTIONS, retry.envelope(), task) ? REJECTED : RELEASED;
		}
		return RELEASED;
	}

	private static boolean counts(String header, Envelope after, Envelope before) {
		return after.count(header, 0) > before.count(header, 0);
	}

}

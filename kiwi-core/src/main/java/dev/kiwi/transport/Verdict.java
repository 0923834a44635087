package dev.kiwi.transport;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a delivery. Whatever is to be told or kept is confirmed before the
 * delivery is given up: a crash in between may double it, never lose it.
 */
public sealed interface Verdict {

	/**
	 * The task is over.
	 *
	 * @param reply the final reply, or null where nobody waits
	 */
	record Complete(@Nullable Reply reply) implements Verdict {
	}

	/**
	 * The task is to be given out again, later.
	 *
	 * @param envelope the task as it goes on, with its counts brought up to date
	 * @param after how long it is not to be given out; the transport may round to what it
	 * can keep
	 */
	record Retry(Envelope envelope, Duration after) implements Verdict {
	}

	/**
	 * The task is given back unchanged, for whoever comes next, at once.
	 */
	record Release() implements Verdict {
	}

	/**
	 * The task is kept aside as a dead letter.
	 *
	 * @param envelope the task as it is kept, with {@link Headers#REASON} and
	 * {@link Headers#QUEUE}
	 * @param reply the final reply, or null where nobody waits
	 */
	record Bury(Envelope envelope, @Nullable Reply reply) implements Verdict {
	}

}

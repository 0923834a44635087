package dev.kiwi.transport;

import java.time.Duration;

/**
 * What becomes of a delivery. Whatever is to be told or kept is confirmed before the
 * delivery is given up: a crash in between may double it, never lose it.
 */
public sealed interface Verdict {

	/**
	 * The task is over.
	 *
	 * @param outcome the final reply, told where somebody waits
	 */
	record Complete(Reply outcome) implements Verdict {
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
	 * @param outcome the final reply, told where somebody waits
	 */
	record Bury(Envelope envelope, Reply outcome) implements Verdict {
	}

}

package dev.kiwi.transport;

import java.util.concurrent.CompletionStage;

/**
 * A task in the hands of a worker, which must settle it once.
 */
public interface TaskDelivery {

	/**
	 * The task.
	 * @return the envelope
	 */
	Envelope envelope();

	/**
	 * Whether the task was given out before and not settled.
	 * @return true for a redelivery
	 */
	boolean isRedelivered();

	/**
	 * How often the task was given out before, so that what several workers tell of it
	 * can be put in order.
	 * @return 0 unless it {@linkplain #isRedelivered() was given out before}, then at
	 * least 1; always 1 where the server does not count
	 */
	int redeliveries();

	/**
	 * How often a worker died that had begun this launch of the task after it was given
	 * out before. A first death is not counted: only what is given out again is watched.
	 * @return 0 where that is not known
	 */
	int crashes();

	/**
	 * Says that the task is begun, so that a death in the middle is
	 * {@linkplain #crashes() counted}.
	 * @return completes when a handler may begin; never fails
	 */
	CompletionStage<Void> begin();

	/**
	 * Says what becomes of the task. Returns at once; the delivery counts against the
	 * prefetch until the stage completes.
	 * @param verdict the verdict
	 * @return what came of it; never fails
	 */
	CompletionStage<Settled> settle(Verdict verdict);

	/**
	 * Tells the sender something before the end, with no promise that it arrives. Does
	 * nothing where nobody waits.
	 * @param reply a reply that is not final
	 */
	void report(Reply reply);

	/**
	 * Calls back, once, when the transport cannot promise any longer that no other worker
	 * gets the task; at once if that is so already.
	 * @param action does not block or throw
	 */
	void onOwnershipLost(Runnable action);

	/**
	 * Calls back, once, when somebody asked for this launch of the task to be cancelled;
	 * at once if that is so already.
	 * @param action does not block or throw
	 */
	void onCancelled(Runnable action);

}

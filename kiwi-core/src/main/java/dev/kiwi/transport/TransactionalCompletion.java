package dev.kiwi.transport;

import java.util.concurrent.CompletionStage;

/**
 * The capability to end a task with a transaction of its handler's: with its commit, or
 * not at all.
 */
public interface TransactionalCompletion {

	/**
	 * Ends a task with the current thread's transaction. Where the task is not this
	 * worker's any more, that transaction is never committed.
	 * @param delivery one of this transport's
	 * @param verdict its end
	 * @return completes with {@link Settled#LOST_OWNERSHIP} at once, or when the
	 * transaction has ended: with {@link Settled#DONE}, {@link Settled#ROLLED_BACK}, or
	 * {@link Settled#UNKNOWN} where nobody knows how. After the latter two the delivery
	 * can be settled again, which changes nothing if it was committed after all
	 * @throws dev.kiwi.KiwiException where the store refuses; the transaction must be
	 * rolled back then
	 * @throws IllegalStateException where the thread is in no transaction on the store,
	 * or the delivery was settled before
	 */
	CompletionStage<Settled> completeInTransaction(TaskDelivery delivery, Verdict.Complete verdict);

}

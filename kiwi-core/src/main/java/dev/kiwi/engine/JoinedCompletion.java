package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;

import dev.kiwi.KiwiException;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TransactionalCompletion;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The end of a task that its handler puts into a transaction of its own, if it does.
 */
final class JoinedCompletion {

	private static final CompletableFuture<Settled> NONE = CompletableFuture.completedFuture(Settled.ROLLED_BACK);

	private final TaskCapabilities capabilities;

	private final TaskDelivery delivery;

	private final Verdicts verdicts;

	private final Reports reports;

	private volatile CompletableFuture<Settled> settled = NONE;

	JoinedCompletion(TaskCapabilities capabilities, TaskDelivery delivery, Verdicts verdicts, Reports reports) {
		this.capabilities = capabilities;
		this.delivery = delivery;
		this.verdicts = verdicts;
		this.reports = reports;
	}

	/** Ends the task with the current transaction. */
	void complete(@Nullable Object result) {
		TransactionalCompletion transactions = this.capabilities.find(TransactionalCompletion.class)
			.orElseThrow(() -> new NotSupportedByTransportException("Completing " + this.verdicts.what()
					+ " in a transaction needs tasks that are kept in the " + "application's database, and '"
					+ this.capabilities.name().get()
					+ "' keeps them elsewhere: let the handler return the result, or set kiwi.tasks.transport: jdbc"));
		Verdict.Complete verdict = this.verdicts.completed(result);
		this.reports.flush();
		this.settled = transactions.completeInTransaction(this.delivery, verdict).toCompletableFuture();
		if (hasEnded(Settled.LOST_OWNERSHIP)) {
			throw new KiwiException(this.verdicts.what() + " is not this worker's any more, another has it or will get "
					+ "it: the transaction that was to complete it is rolled back");
		}
	}

	/**
	 * How the transaction ended.
	 * @return completes with {@link Settled#ROLLED_BACK} also where there was none
	 */
	CompletableFuture<Settled> settled() {
		return this.settled;
	}

	/** Whether the task is ended so, or may be once the transaction is committed. */
	boolean isUnderWay() {
		return !hasEnded(Settled.ROLLED_BACK) && !hasEnded(Settled.UNKNOWN);
	}

	/** Whether there is nothing more to settle. */
	static boolean isFinal(Settled settled) {
		return settled == Settled.DONE || settled == Settled.LOST_OWNERSHIP;
	}

	private boolean hasEnded(Settled how) {
		return this.settled.getNow(null) == how;
	}

}

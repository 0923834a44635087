package dev.kiwi.jdbc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Notice;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;

/**
 * A row in the hands of this process.
 */
final class JdbcDelivery implements TaskDelivery {

	private enum State {

		OWNED, SETTLED, LOST,

		/** Settled once a transaction of the handler's is committed. */
		JOINED

	}

	private final Held held;

	private final TaskConsumer consumer;

	private final GroupCommit<Settlement, Settled> settlements;

	private final AtomicReference<State> state = new AtomicReference<>(State.OWNED);

	private final Runnable left;

	private final Notice loss = new Notice();

	private final Notice cancellation = new Notice();

	private volatile boolean begun;

	/**
	 * A row that was taken.
	 * @param left run when it is known to be this process's no longer
	 */
	JdbcDelivery(Held held, TaskConsumer consumer, GroupCommit<Settlement, Settled> settlements, Runnable left) {
		this.left = left;
		this.held = held;
		this.consumer = consumer;
		this.settlements = settlements;
		if (held.cancelled()) {
			cancel();
		}
	}

	Held held() {
		return this.held;
	}

	@Override
	public Envelope envelope() {
		return this.held.task();
	}

	@Override
	public boolean isRedelivered() {
		return this.held.redelivered();
	}

	@Override
	public int redeliveries() {
		return isRedelivered() ? 1 : 0;
	}

	@Override
	public int crashes() {
		return this.held.crashes();
	}

	@Override
	public CompletionStage<Void> begin() {
		this.begun = true;
		this.consumer.begun(this);
		if (!this.held.redelivered()) {
			return CompletableFuture.completedStage(null);
		}
		return write(new Settlement.Begin(this.held)).handle((settled, failure) -> null);
	}

	@Override
	public CompletionStage<Settled> settle(Verdict verdict) {
		if (!this.state.compareAndSet(State.OWNED, State.SETTLED)) {
			return CompletableFuture.completedStage(Settled.LOST_OWNERSHIP);
		}
		return write(new Settlement.Settle(this.held, verdict, this.begun)).exceptionally((failure) -> Settled.UNKNOWN)
			.whenComplete((settled, failure) -> settled(settled));
	}

	private void settled(Settled settled) {
		if (settled != Settled.UNKNOWN) {
			this.left.run();
		}
		this.consumer.settled(this, settled);
	}

	/**
	 * Settles it with a transaction of its handler's, after which it may be settled again
	 * unless that was committed.
	 */
	CompletableFuture<Settled> settle(CallersTransaction transaction, Verdict verdict) {
		String what = "Task " + this.held.task().id() + " on queue '" + this.held.queue() + "'";
		if (!this.state.compareAndSet(State.OWNED, State.JOINED) && this.state.get() != State.LOST) {
			throw new IllegalStateException(what + " was completed, failed or requeued already");
		}
		return transaction.settle(what,
				(tx) -> (this.state.get() != State.LOST)
						? Settlements.writeOnce(tx, new Settlement.Settle(this.held, verdict, this.begun))
						: Settled.LOST_OWNERSHIP,
				this::joined);
	}

	private void joined(Settled settled) {
		boolean over = settled == Settled.DONE || settled == Settled.LOST_OWNERSHIP;
		this.state.compareAndSet(State.JOINED, over ? State.SETTLED : State.OWNED);
		if (over) {
			settled(settled);
		}
	}

	@Override
	public void report(Reply reply) {
		if (this.state.get() == State.OWNED) {
			write(new Settlement.Report(this.held, reply));
		}
	}

	@Override
	public void onOwnershipLost(Runnable action) {
		this.loss.on(action);
	}

	@Override
	public void onCancelled(Runnable action) {
		this.cancellation.on(action);
	}

	void cancel() {
		this.cancellation.give();
	}

	/**
	 * From now on another may have it.
	 * @return false if it was settled or lost before
	 */
	boolean lose() {
		if (!this.state.compareAndSet(State.OWNED, State.LOST) && !this.state.compareAndSet(State.JOINED, State.LOST)) {
			return false;
		}
		this.loss.give();
		return true;
	}

	/** What dies with this process, once it is lost. */
	CompletableFuture<Settled> abandon() {
		CompletableFuture<Settled> abandoned = write(new Settlement.Abandon(this.held, this.begun));
		abandoned.thenAccept((settled) -> {
			if (settled != Settled.UNKNOWN) {
				this.left.run();
			}
		});
		return abandoned;
	}

	private CompletableFuture<Settled> write(Settlement settlement) {
		return this.settlements.write(settlement, 0);
	}

}

package dev.kiwi.transport.inprocess;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Notice;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;

/**
 * A message in the hands of a consumer.
 */
final class MemoryDelivery implements TaskDelivery {

	private static final AtomicLong tokens = new AtomicLong();

	private enum State {

		OWNED, SETTLED, LOST

	}

	private final MemoryQueue queue;

	private final MemoryConsumer consumer;

	private final MemoryQueue.Message message;

	private final long token = tokens.incrementAndGet();

	private final AtomicReference<State> state = new AtomicReference<>(State.OWNED);

	private final Notice loss = new Notice();

	private final Notice cancellation = new Notice();

	private volatile boolean begun;

	MemoryDelivery(MemoryQueue queue, MemoryConsumer consumer, MemoryQueue.Message message) {
		this.queue = queue;
		this.consumer = consumer;
		this.message = message;
	}

	MemoryConsumer consumer() {
		return this.consumer;
	}

	MemoryQueue.Message message() {
		return this.message;
	}

	/** Grows with each delivery of whatever task. */
	long token() {
		return this.token;
	}

	@Override
	public Envelope envelope() {
		return this.message.envelope();
	}

	@Override
	public boolean isRedelivered() {
		return this.message.isRedelivered();
	}

	@Override
	public int redeliveries() {
		return isRedelivered() ? 1 : 0;
	}

	@Override
	public int crashes() {
		return this.message.crashes();
	}

	@Override
	public CompletionStage<Void> begin() {
		this.begun = true;
		return CompletableFuture.completedStage(null);
	}

	/** Whether whoever lost it died running it though it had been given out before. */
	boolean hasCrashed() {
		return this.begun && this.message.isRedelivered() && this.state.get() == State.LOST;
	}

	@Override
	public CompletionStage<Settled> settle(Verdict verdict) {
		if (!this.state.compareAndSet(State.OWNED, State.SETTLED)) {
			return CompletableFuture.completedStage(Settled.LOST_OWNERSHIP);
		}
		this.queue.apply(this, verdict);
		this.consumer.settled(this);
		return CompletableFuture.completedStage(Settled.DONE);
	}

	@Override
	public void report(Reply reply) {
		if (this.state.get() == State.OWNED) {
			this.queue.report(envelope(), reply);
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

	boolean lose() {
		return this.state.compareAndSet(State.OWNED, State.LOST);
	}

	void tellLost() {
		this.loss.give();
	}

}

package dev.kiwi.transport.inprocess;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.kiwi.Subscription;
import dev.kiwi.transport.TaskDelivery;

/**
 * Somebody who takes messages from a queue, up to so many unsettled at once.
 */
final class MemoryConsumer implements Subscription {

	private final String identifier;

	private final MemoryQueue queue;

	private final int prefetch;

	private final Consumer<TaskDelivery> listener;

	private final Consumer<MemoryConsumer> onEnd;

	private final Set<MemoryDelivery> outstanding = new LinkedHashSet<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private boolean closed;

	/**
	 * A consumer, to be added to its queue.
	 * @param identifier what it consumes
	 * @param queue its queue
	 * @param prefetch how many messages it may hold
	 * @param listener takes them
	 * @param onEnd told when this is closed and holds nothing more
	 */
	MemoryConsumer(String identifier, MemoryQueue queue, int prefetch, Consumer<TaskDelivery> listener,
			Consumer<MemoryConsumer> onEnd) {
		this.identifier = identifier;
		this.queue = queue;
		this.prefetch = prefetch;
		this.listener = listener;
		this.onEnd = onEnd;
	}

	Consumer<TaskDelivery> listener() {
		return this.listener;
	}

	synchronized boolean isClosed() {
		return this.closed;
	}

	synchronized boolean hasCredit() {
		return !this.closed && this.outstanding.size() < this.prefetch;
	}

	synchronized void take(MemoryDelivery delivery) {
		this.outstanding.add(delivery);
	}

	void settled(MemoryDelivery delivery) {
		boolean last;
		synchronized (this) {
			this.outstanding.remove(delivery);
			last = this.closed && this.outstanding.isEmpty();
		}
		if (last) {
			end();
		}
		this.queue.dispatch();
	}

	/** As when the process died: what it holds is given to others. */
	void abandon() {
		close();
		List<MemoryDelivery> lost;
		synchronized (this) {
			lost = new ArrayList<>(this.outstanding);
		}
		lost.removeIf((delivery) -> !delivery.lose());
		// first told, then given to others: nobody may believe to own what another has
		lost.forEach(MemoryDelivery::tellLost);
		this.queue.giveBack(lost);
		end();
	}

	@Override
	public String identifier() {
		return this.identifier;
	}

	@Override
	public CompletionStage<Void> ready() {
		return CompletableFuture.completedStage(null);
	}

	@Override
	public synchronized boolean isServed() {
		return !this.closed;
	}

	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		// what was being handed out meanwhile is here when this returns
		this.queue.removeConsumer(this);
		boolean empty;
		synchronized (this) {
			empty = this.outstanding.isEmpty();
		}
		if (empty) {
			end();
		}
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	private void end() {
		if (this.ended.complete(null)) {
			this.onEnd.accept(this);
		}
	}

}

package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Messages in their order, handed to consumers in turn as long as these have credit.
 * Listeners are called without a lock, by one thread at a time so that order holds.
 */
final class MemoryQueue {

	private final InProcessBroker broker;

	private final InProcessBroker.ReplySink replies;

	private final Deque<Message> messages = new ArrayDeque<>();

	private final Deque<MemoryConsumer> consumers = new ArrayDeque<>();

	private boolean dispatching;

	MemoryQueue(InProcessBroker broker, InProcessBroker.ReplySink replies) {
		this.broker = broker;
		this.replies = replies;
	}

	void add(Message message) {
		synchronized (this.messages) {
			this.messages.addLast(message);
		}
		dispatch();
	}

	void addConsumer(MemoryConsumer consumer) {
		synchronized (this.messages) {
			this.consumers.addLast(consumer);
		}
		dispatch();
	}

	/** Hands the next message to a consumer that was not added. */
	@Nullable MemoryDelivery take(MemoryConsumer consumer) {
		synchronized (this.messages) {
			return (nextAlive() != null) ? handOut(consumer) : null;
		}
	}

	void removeConsumer(MemoryConsumer consumer) {
		synchronized (this.messages) {
			this.consumers.remove(consumer);
		}
	}

	boolean hasConsumers() {
		synchronized (this.messages) {
			return !this.consumers.isEmpty();
		}
	}

	/** What was given out comes again, in its order, before what was not. */
	void giveBack(List<MemoryDelivery> deliveries) {
		List<MemoryDelivery> reversed = new ArrayList<>(deliveries);
		Collections.reverse(reversed);
		synchronized (this.messages) {
			for (MemoryDelivery delivery : reversed) {
				this.messages.addFirst(delivery.message().redelivered());
			}
		}
		dispatch();
	}

	void apply(MemoryDelivery delivery, Verdict verdict) {
		if (verdict instanceof Verdict.Complete complete) {
			reply(delivery.envelope(), complete.reply());
		}
		else if (verdict instanceof Verdict.Retry retry) {
			addAfter(new Message(retry.envelope()), retry.after());
		}
		else if (verdict instanceof Verdict.Release) {
			giveBack(List.of(delivery));
		}
		else if (verdict instanceof Verdict.Bury bury) {
			this.broker.bury(bury.envelope());
			reply(delivery.envelope(), bury.reply());
		}
	}

	void reply(Envelope envelope, @Nullable Reply reply) {
		if (reply != null && envelope.replyTo() != null) {
			this.broker.reply(envelope.replyTo(), reply, this.replies);
		}
	}

	void dispatch() {
		synchronized (this.messages) {
			if (this.dispatching) {
				return;
			}
			this.dispatching = true;
		}
		for (Runnable handOver = next(); handOver != null; handOver = next()) {
			handOver.run();
		}
	}

	private @Nullable Runnable next() {
		synchronized (this.messages) {
			Message message = nextAlive();
			MemoryConsumer consumer = (message != null) ? nextWithCredit() : null;
			if (message == null || consumer == null) {
				this.dispatching = false;
				return null;
			}
			MemoryDelivery delivery = handOut(consumer);
			return () -> consumer.listener().accept(delivery);
		}
	}

	private MemoryDelivery handOut(MemoryConsumer consumer) {
		MemoryDelivery delivery = new MemoryDelivery(this, consumer, this.messages.remove());
		consumer.take(delivery);
		return delivery;
	}

	private @Nullable Message nextAlive() {
		Message message = this.messages.peek();
		while (message != null && message.isExpired()) {
			this.messages.remove();
			message = this.messages.peek();
		}
		return message;
	}

	private @Nullable MemoryConsumer nextWithCredit() {
		for (int tried = this.consumers.size(); tried > 0; tried--) {
			MemoryConsumer consumer = this.consumers.remove();
			this.consumers.addLast(consumer);
			if (consumer.hasCredit()) {
				return consumer;
			}
		}
		return null;
	}

	private void addAfter(Message message, Duration delay) {
		this.broker.timer().schedule(() -> add(message), delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * A message in a queue.
	 *
	 * @param envelope what it says
	 * @param isRedelivered whether it was given out before
	 * @param expiry when it expires, by {@link System#nanoTime()}, or null for never
	 */
	record Message(Envelope envelope, boolean isRedelivered, @Nullable Long expiry) {

		Message(Envelope envelope) {
			this(envelope, false, null);
		}

		Message redelivered() {
			return new Message(this.envelope, true, this.expiry);
		}

		boolean isExpired() {
			return this.expiry != null && System.nanoTime() - this.expiry > 0;
		}

	}

}

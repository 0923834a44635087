package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages in their order, handed to consumers in turn as long as these have credit.
 * Listeners are called without a lock, by one thread at a time so that order holds.
 */
final class MemoryQueue {

	private static final Logger logger = LoggerFactory.getLogger(MemoryQueue.class);

	private final InProcessBroker broker;

	private final InProcessBroker.ReplySink replies;

	private final Deque<Message> messages = new ArrayDeque<>();

	/** What was given out before and came back: all of it older than what was not. */
	private final Queue<Message> returned = new PriorityQueue<>(Comparator.comparingLong(Message::sequence));

	private final Deque<MemoryConsumer> consumers = new ArrayDeque<>();

	private long sequence;

	private boolean dispatching;

	MemoryQueue(InProcessBroker broker, InProcessBroker.ReplySink replies) {
		this.broker = broker;
		this.replies = replies;
	}

	void add(Envelope envelope) {
		synchronized (this.messages) {
			append(envelope, null);
		}
		dispatch();
	}

	/**
	 * Adds a message that is of no use where nobody consumes.
	 * @return false if nobody does
	 */
	boolean addIfConsumed(Envelope envelope, Duration timeToLive) {
		synchronized (this.messages) {
			if (this.consumers.isEmpty()) {
				return false;
			}
			append(envelope, System.nanoTime() + timeToLive.toNanos());
		}
		dispatch();
		return true;
	}

	/** Adds a consumer, which gets nothing before the next {@link #dispatch()}. */
	void addConsumer(MemoryConsumer consumer) {
		synchronized (this.messages) {
			// one that was abandoned meanwhile has been removed before it came
			if (!consumer.isClosed()) {
				this.consumers.addLast(consumer);
			}
		}
	}

	/** Hands the next message to a consumer that was not added. */
	@Nullable MemoryDelivery take(MemoryConsumer consumer) {
		synchronized (this.messages) {
			return (consumer.hasCredit() && nextAlive() != null) ? handOut(consumer) : null;
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
		synchronized (this.messages) {
			deliveries.forEach((delivery) -> this.returned.add(delivery.message().redelivered()));
		}
		dispatch();
	}

	/** How long until nothing is left that waits, zero where nothing does. */
	long nanosUntilAllExpired() {
		synchronized (this.messages) {
			long now = System.nanoTime();
			return Stream.concat(this.returned.stream(), this.messages.stream())
				.mapToLong((message) -> (message.expiry() != null) ? message.expiry() - now : Long.MAX_VALUE)
				.reduce(0, Math::max);
		}
	}

	void apply(MemoryDelivery delivery, Verdict verdict) {
		if (verdict instanceof Verdict.Complete complete) {
			reply(delivery.envelope(), complete.reply());
		}
		else if (verdict instanceof Verdict.Retry retry) {
			addAfter(retry.envelope(), retry.after());
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
			return () -> handOver(consumer, delivery);
		}
	}

	/** A listener that breaks its promise must not end the queue's service to all. */
	private static void handOver(MemoryConsumer consumer, MemoryDelivery delivery) {
		try {
			consumer.listener().accept(delivery);
		}
		catch (RuntimeException ex) {
			logger.error("The consumer of '{}' did not take the message {}; it stays unsettled there",
					consumer.identifier(), delivery.envelope().id(), ex);
		}
	}

	private void append(Envelope envelope, @Nullable Long expiry) {
		this.messages.addLast(new Message(this.sequence++, envelope, false, expiry));
	}

	private MemoryDelivery handOut(MemoryConsumer consumer) {
		MemoryDelivery delivery = new MemoryDelivery(this, consumer, head().remove());
		consumer.take(delivery);
		return delivery;
	}

	private Queue<Message> head() {
		return this.returned.isEmpty() ? this.messages : this.returned;
	}

	private @Nullable Message nextAlive() {
		Message message = head().peek();
		while (message != null && message.isExpired()) {
			head().remove();
			message = head().peek();
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

	private void addAfter(Envelope envelope, Duration delay) {
		this.broker.timer().schedule(() -> add(envelope), delay.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * A message in a queue.
	 *
	 * @param sequence its place in the order of the queue
	 * @param envelope what it says
	 * @param isRedelivered whether it was given out before
	 * @param expiry when it expires, by {@link System#nanoTime()}, or null for never
	 */
	record Message(long sequence, Envelope envelope, boolean isRedelivered, @Nullable Long expiry) {

		Message redelivered() {
			return new Message(this.sequence, this.envelope, true, this.expiry);
		}

		boolean isExpired() {
			return this.expiry != null && System.nanoTime() - this.expiry > 0;
		}

	}

}

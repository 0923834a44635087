package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.KeptTask;
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

	private final Observer observer;

	/** What was not given out yet: the most urgent first, then the oldest. */
	private final Queue<Message> messages = new PriorityQueue<>(
			Comparator.comparingInt(Message::priority).reversed().thenComparingLong(Message::sequence));

	/** What waits until it may be given out, and what ends its waiting. */
	private final Map<String, Delayed> delayed = new HashMap<>();

	/** What was given out before and came back: all of it older than what was not. */
	private final Queue<Message> returned = new PriorityQueue<>(Comparator.comparingLong(Message::sequence));

	private final Deque<MemoryConsumer> consumers = new ArrayDeque<>();

	private long sequence;

	private boolean dispatching;

	MemoryQueue(InProcessBroker broker, Observer observer) {
		this.broker = broker;
		this.observer = observer;
	}

	/** Adds a message that nobody gets before a while has passed. */
	void addAfter(Envelope envelope, Duration delay) {
		if (delay.isZero()) {
			add(envelope);
			return;
		}
		synchronized (this.messages) {
			Future<?> timer = this.broker.timer().schedule(() -> due(envelope), delay.toNanos(), TimeUnit.NANOSECONDS);
			this.delayed.put(envelope.id(), new Delayed(envelope, timer));
		}
	}

	/**
	 * Takes away a message that nobody holds.
	 * @return the message, or null where somebody does
	 */
	@Nullable Envelope remove(String id) {
		synchronized (this.messages) {
			Delayed waiting = this.delayed.remove(id);
			if (waiting != null) {
				waiting.timer().cancel(false);
				return waiting.envelope();
			}
			for (Queue<Message> queue : List.of(this.returned, this.messages)) {
				for (Iterator<Message> all = queue.iterator(); all.hasNext();) {
					Message message = all.next();
					if (message.envelope().id().equals(id)) {
						all.remove();
						return message.envelope();
					}
				}
			}
			return null;
		}
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
		MemoryDelivery taken;
		synchronized (this.messages) {
			taken = (consumer.hasCredit() && nextAlive() != null) ? handOut(consumer) : null;
		}
		if (taken != null) {
			this.observer.handedOut(taken);
		}
		return taken;
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

	/** Where a message is that is not over. */
	TaskState state(String id) {
		synchronized (this.messages) {
			if (this.delayed.containsKey(id)) {
				return TaskState.DELAYED;
			}
			return Stream.concat(this.returned.stream(), this.messages.stream())
				.anyMatch((message) -> message.envelope().id().equals(id)) ? TaskState.QUEUED : TaskState.RUNNING;
		}
	}

	/** Tells of all that nobody has. */
	void waiting(String name, Consumer<KeptTask> teller) {
		synchronized (this.messages) {
			this.delayed.values()
				.forEach((waiting) -> teller
					.accept(new KeptTask(waiting.envelope(), name, TaskState.DELAYED, null, null, null, null)));
			Stream.concat(this.returned.stream(), this.messages.stream())
				.forEach((message) -> teller.accept(new KeptTask(message.envelope(), name, TaskState.QUEUED,
						Instant.ofEpochMilli(message.since()), null, null, null)));
		}
	}

	private void due(Envelope envelope) {
		synchronized (this.messages) {
			if (this.delayed.remove(envelope.id()) == null) {
				return;
			}
		}
		add(envelope);
	}

	/** What was given out comes again, in its order, before what was not. */
	void giveBack(List<MemoryDelivery> deliveries) {
		synchronized (this.messages) {
			deliveries.forEach((delivery) -> this.returned.add(delivery.message().redelivered(delivery.hasCrashed())));
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
			this.observer.over(delivery.envelope(), complete.outcome());
		}
		else if (verdict instanceof Verdict.Retry retry) {
			addAfter(retry.envelope(), retry.after());
		}
		else if (verdict instanceof Verdict.Release) {
			giveBack(List.of(delivery));
		}
		else if (verdict instanceof Verdict.Bury bury) {
			this.broker.bury(bury.envelope());
			this.observer.over(delivery.envelope(), bury.outcome());
		}
	}

	void report(Envelope envelope, Reply reply) {
		this.observer.told(envelope, reply);
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
	private void handOver(MemoryConsumer consumer, MemoryDelivery delivery) {
		try {
			this.observer.handedOut(delivery);
			consumer.listener().accept(delivery);
		}
		catch (RuntimeException ex) {
			logger.error("The consumer of '{}' did not take the message {}; it stays unsettled there",
					consumer.identifier(), delivery.envelope().id(), ex);
		}
	}

	private void append(Envelope envelope, @Nullable Long expiry) {
		this.messages.add(new Message(this.sequence++, envelope, envelope.count(Headers.PRIORITY, 0), false, 0, expiry,
				System.currentTimeMillis()));
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

	/**
	 * A message in a queue.
	 *
	 * @param sequence its place in the order of the queue
	 * @param envelope what it says
	 * @param priority the more, the more urgent
	 * @param isRedelivered whether it was given out before
	 * @param crashes how many of those died that had begun it after that
	 * @param expiry when it expires, by {@link System#nanoTime()}, or null for never
	 * @param since since when it is here, in milliseconds since 1970
	 */
	record Message(long sequence, Envelope envelope, int priority, boolean isRedelivered, int crashes,
			@Nullable Long expiry, long since) {

		Message redelivered(boolean crashed) {
			return new Message(this.sequence, this.envelope, this.priority, true,
					crashed ? this.crashes + 1 : this.crashes, this.expiry, this.since);
		}

		boolean isExpired() {
			return this.expiry != null && System.nanoTime() - this.expiry > 0;
		}

	}

	private record Delayed(Envelope envelope, Future<?> timer) {
	}

	/**
	 * Hears what becomes of messages.
	 */
	interface Observer {

		/** Somebody gets a message, which they do not know yet. */
		void handedOut(MemoryDelivery delivery);

		/** Whoever waits for the message's end is to be told something before it. */
		void told(Envelope envelope, Reply reply);

		/** The message is over. */
		void over(Envelope envelope, Reply outcome);

	}

}

package dev.kiwi.transport.inprocess;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.kiwi.CancelOutcome;
import dev.kiwi.KiwiException;
import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each task that is not over, and the outcomes of those that are. Holds
 * its lock only for itself.
 */
final class TaskBook implements MemoryQueue.Observer {

	/** How many outcomes are kept; the oldest goes first. */
	private static final int MAX_OUTCOMES = 10_000;

	private final InProcessBroker broker;

	private final Map<String, Entry> alive = new HashMap<>();

	private final Map<String, String> keys = new HashMap<>();

	private final Map<String, Reply> outcomes = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Reply> eldest) {
			return size() > MAX_OUTCOMES;
		}

	};

	TaskBook(InProcessBroker broker) {
		this.broker = broker;
	}

	/**
	 * Sends a task, unless one of its key is there.
	 * @return the id of the task that stands for it
	 */
	String send(String queue, Envelope task, Duration delay, @Nullable String key) {
		String place = (key != null) ? queue + " " + key : null;
		MemoryQueue tasks = this.broker.tasks(queue);
		synchronized (this) {
			String present = (place != null) ? this.keys.putIfAbsent(place, task.id()) : null;
			if (present != null) {
				return present;
			}
			this.outcomes.remove(task.id());
			this.alive.put(task.id(), new Entry(tasks, place));
		}
		tasks.addAfter(task, delay);
		return task.id();
	}

	CancelOutcome cancel(String id) {
		Entry entry;
		synchronized (this) {
			entry = this.alive.get(id);
			if (entry == null) {
				return this.outcomes.containsKey(id) ? CancelOutcome.ALREADY_FINISHED : CancelOutcome.UNKNOWN;
			}
		}
		Envelope waiting = entry.queue.remove(id);
		if (waiting != null) {
			over(waiting, new Reply(id, Reply.Kind.CANCELLED, "text/plain", Map.of(),
					"Cancelled before it began".getBytes(StandardCharsets.UTF_8)));
			return CancelOutcome.CANCELLED;
		}
		MemoryDelivery holder;
		synchronized (this) {
			entry.cancelled = true;
			holder = entry.holder;
		}
		if (holder != null) {
			holder.cancel();
		}
		return CancelOutcome.REQUESTED;
	}

	TaskState state(String id) {
		Entry entry;
		Reply outcome;
		synchronized (this) {
			entry = this.alive.get(id);
			outcome = this.outcomes.get(id);
		}
		if (entry != null) {
			return entry.queue.state(id);
		}
		return (outcome != null) ? state(outcome.kind()) : TaskState.UNKNOWN;
	}

	private static TaskState state(Reply.Kind outcome) {
		return switch (outcome) {
			case RESULT -> TaskState.SUCCEEDED;
			case EXCEPTION -> TaskState.FAILED;
			case CANCELLED -> TaskState.CANCELLED;
			case EXPIRED -> TaskState.EXPIRED;
			case LOST -> TaskState.LOST;
			default -> TaskState.UNKNOWN;
		};
	}

	/** Tells somebody else too what becomes of a task. */
	String follow(String id, String instance) {
		Reply outcome;
		synchronized (this) {
			outcome = this.outcomes.get(id);
			Entry entry = this.alive.get(id);
			if (entry != null) {
				entry.followers.add(instance);
			}
			else if (outcome == null) {
				throw new KiwiException("Nothing is known of a task " + id);
			}
		}
		if (outcome != null) {
			this.broker.taskReply(instance, outcome);
		}
		return id;
	}

	@Override
	public void handedOut(MemoryDelivery delivery) {
		boolean cancelled;
		synchronized (this) {
			Entry entry = this.alive.get(delivery.envelope().id());
			if (entry == null) {
				return;
			}
			entry.holder = delivery;
			cancelled = entry.cancelled;
		}
		if (cancelled) {
			delivery.cancel();
		}
	}

	@Override
	public void told(Envelope envelope, Reply reply) {
		for (String listener : listeners(envelope)) {
			this.broker.taskReply(listener, reply);
		}
	}

	@Override
	public void over(Envelope envelope, Reply outcome) {
		Set<String> listeners;
		synchronized (this) {
			listeners = listeners(envelope);
			Entry entry = this.alive.remove(envelope.id());
			if (entry != null && entry.key != null) {
				this.keys.remove(entry.key, envelope.id());
			}
			this.outcomes.put(envelope.id(), outcome);
		}
		listeners.forEach((listener) -> this.broker.taskReply(listener, outcome));
	}

	private synchronized Set<String> listeners(Envelope envelope) {
		Set<String> listeners = new HashSet<>();
		if (envelope.replyTo() != null) {
			listeners.add(Objects.requireNonNull(envelope.replyTo()));
		}
		Entry entry = this.alive.get(envelope.id());
		if (entry != null) {
			listeners.addAll(entry.followers);
		}
		return listeners;
	}

	/**
	 * A task that is not over.
	 */
	private static final class Entry {

		private final MemoryQueue queue;

		private final @Nullable String key;

		private final Set<String> followers = new HashSet<>();

		private @Nullable MemoryDelivery holder;

		private boolean cancelled;

		Entry(MemoryQueue queue, @Nullable String key) {
			this.queue = queue;
			this.key = key;
		}

	}

}

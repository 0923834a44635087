package dev.kiwi.transport.inprocess;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.kiwi.CancelOutcome;
import dev.kiwi.KiwiException;
import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.KeptTask;
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

	private final Map<String, Over> outcomes = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Over> eldest) {
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
			this.alive.put(task.id(), new Entry(queue, tasks, task, key, place));
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
		Envelope waiting = entry.tasks.remove(id);
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
		Over over;
		synchronized (this) {
			entry = this.alive.get(id);
			over = this.outcomes.get(id);
		}
		if (entry != null) {
			return entry.tasks.state(id);
		}
		return (over != null) ? over.outcome().kind().state() : TaskState.UNKNOWN;
	}

	/** All tasks that are known, in no order. */
	List<KeptTask> tasks() {
		// first what waits: what is begun meanwhile has waited, and is not over twice
		Map<String, KeptTask> waiting = this.broker.waiting();
		List<KeptTask> all = new ArrayList<>();
		synchronized (this) {
			this.alive.forEach((id, entry) -> all.add(entry.kept(waiting.get(id), this.broker)));
			this.outcomes.values().forEach((over) -> all.add(over.kept()));
		}
		return all;
	}

	/** A task with its body. */
	Optional<KeptTask> find(String id) {
		return tasks().stream().filter((task) -> task.task().id().equals(id)).findFirst();
	}

	/** Tells somebody else too what becomes of a task. */
	String follow(String id, String instance) {
		Over over;
		synchronized (this) {
			over = this.outcomes.get(id);
			Entry entry = this.alive.get(id);
			if (entry != null) {
				entry.followers.add(instance);
			}
			else if (over == null) {
				throw new KiwiException("Nothing is known of a task " + id);
			}
		}
		if (over != null) {
			this.broker.taskReply(instance, over.outcome());
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
			if (entry != null && entry.place != null) {
				this.keys.remove(entry.place, envelope.id());
			}
			this.outcomes.put(envelope.id(), new Over((entry != null) ? entry.queue : "", outcome, Instant.now()));
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

		private final String queue;

		private final MemoryQueue tasks;

		private final Envelope task;

		private final @Nullable String key;

		/** What stands for the key. */
		private final @Nullable String place;

		private final Set<String> followers = new HashSet<>();

		private @Nullable MemoryDelivery holder;

		private boolean cancelled;

		Entry(String queue, MemoryQueue tasks, Envelope task, @Nullable String key, @Nullable String place) {
			this.queue = queue;
			this.tasks = tasks;
			this.task = task;
			this.key = key;
			this.place = place;
		}

		KeptTask kept(@Nullable KeptTask waiting, InProcessBroker broker) {
			MemoryDelivery held = this.holder;
			if (waiting != null) {
				return new KeptTask(waiting.task(), this.queue, waiting.state(), waiting.since(), this.key, null, null);
			}
			return new KeptTask((held != null) ? held.envelope() : this.task, this.queue,
					(held != null) ? TaskState.RUNNING : TaskState.QUEUED,
					(held != null) ? Instant.ofEpochMilli(held.message().since()) : null, this.key,
					(held != null) ? broker.instance(held.consumer()) : null, null);
		}

	}

	/**
	 * A task that is over, without its body.
	 *
	 * @param queue its queue
	 * @param outcome what became of it
	 * @param at when
	 */
	private record Over(String queue, Reply outcome, Instant at) {

		KeptTask kept() {
			return new KeptTask(new Envelope(this.outcome.correlationId(), null, null, Map.of(), new byte[0]),
					this.queue, this.outcome.kind().state(), this.at, null, null, this.outcome);
		}

	}

}

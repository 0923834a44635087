package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import dev.kiwi.TaskState;
import dev.kiwi.transport.DeadLetterStore.Disposal;
import dev.kiwi.transport.DeadLetterStore.Disposal.Relaunch;
import dev.kiwi.transport.DeadLetterStore.Visitor;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.QueueDepths.Depth;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What several {@link InProcessTransport}s have in common, as processes have a server:
 * queues, callees and listeners. Thread-safe.
 */
public final class InProcessBroker {

	private static final Logger logger = LoggerFactory.getLogger(InProcessBroker.class);

	/** How many dead letters are kept; the oldest goes first. */
	private static final int MAX_DEAD_LETTERS = 10_000;

	private final Map<String, MemoryQueue> tasks = new ConcurrentHashMap<>();

	private final Map<String, Callee> callees = new ConcurrentHashMap<>();

	private final Map<String, InProcessTransport> transports = new ConcurrentHashMap<>();

	private final List<Envelope> deadLetters = new ArrayList<>();

	private final TaskBook book = new TaskBook(this);

	private final ScheduledThreadPoolExecutor timer;

	/**
	 * A broker without anything.
	 */
	public InProcessBroker() {
		this.timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "kiwi-in-process-timer");
			thread.setDaemon(true);
			return thread;
		});
		// nobody closes a broker: its thread ends by itself when nothing waits for it
		this.timer.setKeepAliveTime(1, TimeUnit.SECONDS);
		this.timer.allowCoreThreadTimeOut(true);
		this.timer.setRemoveOnCancelPolicy(true);
	}

	/** The queue of that name, which exists when it is first asked for. */
	MemoryQueue tasks(String queue) {
		return this.tasks.computeIfAbsent(queue, (name) -> new MemoryQueue(this, this.book));
	}

	TaskBook book() {
		return this.book;
	}

	/** Takes a request for whoever serves its identifier; false if nobody does. */
	boolean call(String identifier, Envelope request, Duration timeToLive) {
		Callee callee = this.callees.get(identifier);
		return callee != null && callee.call(request, timeToLive);
	}

	Callee callee(String identifier) {
		return this.callees.computeIfAbsent(identifier, (name) -> new Callee(name, this));
	}

	void forget(String identifier, Callee callee) {
		this.callees.remove(identifier, callee);
	}

	/** The RPC identifiers that somebody serves, or that a request waits at. */
	Set<String> identifiers() {
		return Set.copyOf(this.callees.keySet());
	}

	void bury(Envelope envelope) {
		synchronized (this.deadLetters) {
			this.deadLetters.add(envelope);
			if (this.deadLetters.size() > MAX_DEAD_LETTERS) {
				Envelope oldest = this.deadLetters.remove(0);
				logger.warn("The dead letter {} is dropped: more than {} are kept nowhere in-process", oldest.id(),
						MAX_DEAD_LETTERS);
			}
		}
	}

	/** Shows each letter, and does with it what the visitor says. */
	void visitDeadLetters(Visitor visitor) {
		List<Relaunch> relaunches = new ArrayList<>();
		synchronized (this.deadLetters) {
			this.deadLetters.removeIf((letter) -> {
				Disposal disposal = visitor.visit(letter);
				if (disposal instanceof Relaunch relaunch) {
					relaunches.add(relaunch);
				}
				return !(disposal instanceof Disposal.Keep);
			});
		}
		relaunches.forEach((relaunch) -> this.book.send(relaunch.queue(), relaunch.task(), Duration.ZERO, null));
	}

	void join(String instance, InProcessTransport transport) {
		this.transports.put(instance, transport);
	}

	void leave(String instance) {
		this.transports.remove(instance);
	}

	/** Who a consumer belongs to, or null where that has ended. */
	@Nullable String instance(MemoryConsumer consumer) {
		return this.transports.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().has(consumer))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(null);
	}

	/** The tasks that nobody has. */
	Map<String, KeptTask> waiting() {
		Map<String, KeptTask> all = new HashMap<>();
		this.tasks.forEach((name, queue) -> queue.waiting(name, (task) -> all.put(task.task().id(), task)));
		return all;
	}

	/** How many tasks wait in each queue. */
	Map<String, Depth> depths() {
		Map<String, Depth> depths = new HashMap<>();
		this.tasks.forEach((name, queue) -> {
			List<KeptTask> waiting = new ArrayList<>();
			queue.waiting(name, waiting::add);
			List<KeptTask> ready = waiting.stream().filter((task) -> task.state() == TaskState.QUEUED).toList();
			depths.put(name, new Depth(ready.size(), (long) waiting.size() - ready.size(), null,
					ready.stream().map(KeptTask::since).filter(Objects::nonNull).min(Instant::compareTo).orElse(null)));
		});
		return depths;
	}

	Iterable<InProcessTransport> transports() {
		return this.transports.values();
	}

	void taskReply(String instance, Reply reply) {
		reply(instance, reply, InProcessTransport::taskReply);
	}

	void rpcReply(String instance, Reply reply) {
		reply(instance, reply, InProcessTransport::rpcReply);
	}

	private void reply(String instance, Reply reply, BiConsumer<InProcessTransport, Reply> sink) {
		InProcessTransport transport = this.transports.get(instance);
		if (transport != null) {
			sink.accept(transport, reply);
		}
		else {
			logger.warn("The reply ({}) to {} is dropped: its sender {} is gone", reply.kind(), reply.correlationId(),
					instance);
		}
	}

	ScheduledThreadPoolExecutor timer() {
		return this.timer;
	}

}

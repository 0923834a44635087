package dev.kiwi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeadLetters;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskHandler;
import dev.kiwi.TaskOperations;
import dev.kiwi.TaskOptions;
import dev.kiwi.TaskQueue;
import dev.kiwi.TaskState;
import dev.kiwi.TypeRef;
import dev.kiwi.engine.ControlMessage.Worked;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.SingleCopy;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.UniqueKeys;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks: the sending side, and the queues that this process works on.
 */
final class TaskEngine implements TaskOperations {

	private static final Logger logger = LoggerFactory.getLogger(TaskEngine.class);

	private final EngineContext context;

	private final TaskTransport transport;

	private final PendingReplies<SentTaskHandle<?>> pending;

	private final Map<String, QueueWorker> workers = new ConcurrentHashMap<>();

	private final RunningTasks running;

	private final Watchdog watchdog;

	private final Pauses pauses;

	private final InFlight pulled = new InFlight();

	private final DeadLetters deadLetters;

	private final TaskCapabilities capabilities;

	TaskEngine(EngineContext context, TaskTransport transport, Supplier<String> transportName, Pauses pauses) {
		this.context = context;
		this.transport = transport;
		this.pauses = pauses;
		this.capabilities = new TaskCapabilities(transport, transportName);
		this.pending = new PendingReplies<>();
		this.running = new RunningTasks(context);
		this.watchdog = new Watchdog(context, this.running);
		this.deadLetters = new DeadLetterOffice(context, transport);
	}

	@Override
	public SentTask sendTask(Task task) {
		String queue = queueOf(task);
		Duration delay = delay(task.options());
		Envelope envelope = envelope(task, queue, delay, null);
		return new SentOnly(envelope.id(), send(queue, task.options().key(), envelope, delay), this.context);
	}

	@Override
	public <R> TaskHandle<R> sendTask(Task task, TypeRef<R> resultType) {
		String queue = queueOf(task);
		Duration delay = delay(task.options());
		Envelope envelope = envelope(task, queue, delay, this.context.instance());
		String own = envelope.id();
		SentTaskHandle<R> handle = new SentTaskHandle<>(this.context, own, new Sent(own, queue), resultType,
				this::cancelTask);
		this.pending.add(own, handle);
		CompletableFuture<String> sent;
		try {
			sent = send(queue, task.options().key(), envelope, delay);
		}
		catch (RuntimeException ex) {
			this.pending.remove(own);
			throw ex;
		}
		handle.sending(sent);
		sent.whenComplete((id, failure) -> {
			if (failure != null) {
				failed(own, handle, failure);
				return;
			}
			if (!id.equals(own)) {
				this.pending.remove(own);
				handle.standsFor(id);
				follow(handle);
			}
			handle.taken();
		});
		return handle;
	}

	@Override
	public <R> TaskHandle<R> followTask(String id, TypeRef<R> resultType) {
		this.context.requireOpen();
		SentTaskHandle<R> handle = new SentTaskHandle<>(this.context, Identifiers.task(id), "Task " + id, resultType,
				this::cancelTask);
		handle.taken();
		follow(handle);
		return handle;
	}

	@Override
	public CompletionStage<TaskState> taskState(String id) {
		this.context.requireOpen();
		String task = Identifiers.task(id);
		return this.context.forUser(this.capabilities.find(TaskStates.class)
			.map((states) -> states.state(task))
			.orElseGet(() -> CompletableFuture.failedFuture(this.capabilities.notSupported("Asking where a task is"))));
	}

	@Override
	public CompletionStage<CancelOutcome> cancelTask(String id) {
		this.context.requireOpen();
		return this.context.forUser(this.transport.cancel(Identifiers.task(id)));
	}

	@Override
	public DeadLetters deadLetters() {
		this.context.requireOpen();
		return this.deadLetters;
	}

	@Override
	public <T> EngineSubscription addTaskSubscriber(String queue, TypeRef<T> payloadType, TaskHandler<T> handler) {
		this.context.requireOpen();
		String name = Identifiers.queue(queue);
		TaskSubscriber<T> subscriber = new TaskSubscriber<>(payloadType, handler);
		QueueWorker worker = this.workers.compute(name, (key, present) -> {
			if (present == null || present.hasFailed()) {
				return new QueueWorker(this.context, this.capabilities, name, this.running, subscriber,
						this.pauses.isPaused(name));
			}
			present.add(subscriber);
			return present;
		});
		// what was said while it began
		worker.pause(this.pauses.isPaused(name));
		return new EngineSubscription(MessageKind.TASK, name, this.context.forUser(worker.ready()),
				subscriber.inFlight(), worker::isServed, () -> remove(name, subscriber));
	}

	private void remove(String queue, TaskSubscriber<?> subscriber) {
		this.workers.computeIfPresent(queue, (name, worker) -> worker.remove(subscriber) ? worker : null);
	}

	@Override
	public TaskQueue taskQueue(String queue) {
		this.context.requireOpen();
		return new PullQueue(this.context, this.capabilities, Identifiers.queue(queue), this.pulled);
	}

	void replied(Reply reply) {
		if (!this.pending.replied(reply) && reply.kind().isFinal()) {
			logger.info(
					"A reply ({}) to task {} is for nobody here: the task was not sent by this process, was answered "
							+ "already, as one that was relaunched, or failed here before its reply came",
					reply.kind(), reply.correlationId());
		}
	}

	/** Pauses and resumes what others want to. */
	void reconsider() {
		this.workers.forEach((queue, worker) -> worker.pause(this.pauses.isPaused(queue)));
	}

	/** What this process does for its queues. */
	Map<String, Worked> worked() {
		Map<String, Integer> runs = running();
		Map<String, Worked> byQueue = new HashMap<>();
		this.workers
			.forEach((queue, worker) -> byQueue.put(queue, new Worked(runs.getOrDefault(queue, 0), worker.isPaused())));
		return byQueue;
	}

	/** How many tasks run, by queue. */
	Map<String, Integer> running() {
		Map<String, Integer> byQueue = new HashMap<>();
		this.workers.keySet().forEach((queue) -> byQueue.put(queue, 0));
		this.running.countInto(byQueue);
		return byQueue;
	}

	/** Sees what runs for too long without a word. */
	Watchdog watchdog() {
		return this.watchdog;
	}

	/** How many tasks have a sender here that waits. */
	int pending() {
		return this.pending.size();
	}

	/** What is pulled and being settled, for whoever closes. */
	InFlight pulled() {
		return this.pulled;
	}

	/** Interrupts the handlers that still run, and gives their tasks to others. */
	void stop() {
		this.running.stop();
	}

	void closed() {
		this.pending.failAll((handle) -> EngineContext.closedException());
	}

	private String queueOf(Task task) {
		this.context.requireOpen();
		if (task.options().key() != null) {
			Identifiers.key(task.options().key());
			uniqueKeys();
		}
		return Identifiers.queue((task.queue() != null) ? task.queue() : this.context.settings().defaultQueue());
	}

	private CompletableFuture<String> send(String queue, @Nullable String key, Envelope envelope, Duration delay) {
		if (!delay.isZero() && this.context.settings().queue(queue).guarantee() == DeliveryGuarantee.AT_MOST_ONCE
				&& this.capabilities.find(SingleCopy.class).isEmpty()) {
			throw this.capabilities.notSupported("A delay in queue '" + queue + "', whose tasks run at most once,");
		}
		ObservedSending sending = ObservedSending.begin(this.context.observer(), MessageKind.TASK, queue, envelope);
		try {
			return sending.endsWith(handOver(queue, key, sending.marked(envelope), delay));
		}
		catch (RuntimeException ex) {
			sending.ended(ex);
			throw ex;
		}
	}

	private CompletableFuture<String> handOver(String queue, @Nullable String key, Envelope envelope, Duration delay) {
		if (key == null) {
			return this.transport.send(queue, envelope, delay).thenApply((nothing) -> envelope.id());
		}
		return uniqueKeys().sendUnique(queue, key, envelope, delay);
	}

	/**
	 * Hears the outcome from whoever keeps it, or together with who waits here already.
	 */
	private void follow(SentTaskHandle<?> handle) {
		String id = handle.id();
		if (this.pending.join(id, handle, SentTaskHandle::join)) {
			return;
		}
		this.capabilities.find(KeptResults.class)
			.map((kept) -> kept.follow(id))
			.orElseGet(() -> CompletableFuture
				.failedFuture(this.capabilities.notSupported("Following a task that another process sent")))
			.whenComplete((nothing, failure) -> {
				if (failure != null) {
					failed(id, handle, failure);
				}
			});
	}

	/** Unless it was answered all the same, as where only the confirm was lost. */
	private void failed(String id, SentTaskHandle<?> handle, Throwable failure) {
		if (this.pending.remove(id) != null) {
			handle.failed(Replies.unwrapped(failure));
		}
	}

	private UniqueKeys uniqueKeys() {
		return this.capabilities.require(UniqueKeys.class, "A unique key (withKey)");
	}

	private Envelope envelope(Task task, String queue, Duration delay, @Nullable String replyTo) {
		Identifiers.headers(task.headers());
		String id = this.context.newId();
		byte[] body = this.context.payloads().encode(task.payload(), new Name("The payload of ", new Sent(id, queue)));
		Map<String, String> headers = new TreeMap<>(task.headers());
		TaskOptions options = task.options();
		long now = System.currentTimeMillis();
		headers.put(Headers.SENT, Long.toString(now));
		if (options.priority() > 0) {
			headers.put(Headers.PRIORITY, Integer.toString(options.priority()));
		}
		if (options.timeToLive() != null) {
			headers.put(Headers.EXPIRES, Long.toString(Times.after(now + delay.toMillis(), options.timeToLive())));
		}
		return new Envelope(id, replyTo, this.context.payloads().contentType(), headers, body);
	}

	private static Duration delay(TaskOptions options) {
		if (options.startAt() == null) {
			return options.delay();
		}
		Duration ahead = Duration.between(Instant.now(), options.startAt());
		if (ahead.compareTo(TaskOptions.MAX_DELAY) > 0) {
			throw new IllegalArgumentException("A task cannot start at " + options.startAt() + ", which is more than "
					+ TaskOptions.MAX_DELAY.toDays() + " days ahead");
		}
		return ahead.isNegative() ? Duration.ZERO : ahead;
	}

	/**
	 * What errors call a task.
	 */
	private record Sent(String id, String queue) {

		@Override
		public String toString() {
			return "Task " + this.id + " on queue '" + this.queue + "'";
		}

	}

}

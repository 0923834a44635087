package dev.kiwi.engine;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskHandler;
import dev.kiwi.TaskOperations;
import dev.kiwi.TaskQueue;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskTransport;
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

	/** What runs in this process, over all queues, until its handler has returned. */
	private final Map<String, CompletableFuture<Void>> running = new ConcurrentHashMap<>();

	private final InFlight pulled = new InFlight();

	TaskEngine(EngineContext context, TaskTransport transport) {
		this.context = context;
		this.transport = transport;
		this.pending = new PendingReplies<>(context);
	}

	@Override
	public SentTask sendTask(Task task) {
		String queue = queueOf(task);
		Envelope envelope = envelope(task, queue, null);
		record Sent(String id, CompletableFuture<Void> accepted) implements SentTask {
		}
		return new Sent(envelope.id(), this.context.forUser(this.transport.send(queue, envelope)));
	}

	@Override
	public <R> TaskHandle<R> sendTask(Task task, TypeRef<R> resultType) {
		String queue = queueOf(task);
		Envelope envelope = envelope(task, queue, this.context.instance());
		SentTaskHandle<R> handle = new SentTaskHandle<>(this.context, envelope.id(), queue, resultType);
		this.pending.add(envelope.id(), handle);
		this.transport.send(queue, envelope).whenComplete((nothing, failure) -> this.context.callback(() -> {
			if (failure == null) {
				handle.taken();
			}
			else {
				this.pending.remove(envelope.id());
				handle.failed(Replies.unwrapped(failure));
			}
		}));
		return handle;
	}

	@Override
	public <T> Subscription addTaskSubscriber(String queue, TypeRef<T> payloadType, TaskHandler<T> handler) {
		this.context.requireOpen();
		String name = Identifiers.queue(queue);
		TaskSubscriber<T> subscriber = new TaskSubscriber<>(payloadType, handler);
		QueueWorker worker = this.workers.compute(name, (key, present) -> {
			if (present == null || present.hasFailed()) {
				return new QueueWorker(this.context, this.transport, name, this.running, subscriber);
			}
			present.add(subscriber);
			return present;
		});
		return new EngineSubscription(name, this.context.forUser(worker.ready()), subscriber.inFlight(),
				() -> remove(name, subscriber));
	}

	private void remove(String queue, TaskSubscriber<?> subscriber) {
		this.workers.computeIfPresent(queue, (name, worker) -> worker.remove(subscriber) ? worker : null);
	}

	@Override
	public TaskQueue taskQueue(String queue) {
		this.context.requireOpen();
		return new PullQueue(this.context, this.transport, Identifiers.queue(queue), this.pulled);
	}

	void replied(Reply reply) {
		if (!this.pending.replied(reply)) {
			logger.warn(
					"A reply ({}) to the unknown task {} is ignored: the task was not sent by this process, "
							+ "is answered already, or failed here before its reply came",
					reply.kind(), reply.correlationId());
		}
	}

	/** What is pulled and being settled, for whoever closes. */
	InFlight pulled() {
		return this.pulled;
	}

	void closed() {
		this.pending.failAll((handle) -> EngineContext.closedException());
	}

	private String queueOf(Task task) {
		this.context.requireOpen();
		return Identifiers.queue((task.queue() != null) ? task.queue() : this.context.settings().defaultQueue());
	}

	private Envelope envelope(Task task, String queue, @Nullable String replyTo) {
		Identifiers.headers(task.headers());
		String id = this.context.newId();
		byte[] body = this.context.payloads()
			.encode(task.payload(), "The payload of task " + id + " for queue '" + queue + "'");
		return new Envelope(id, replyTo, this.context.payloads().contentType(), task.headers(), body);
	}

}

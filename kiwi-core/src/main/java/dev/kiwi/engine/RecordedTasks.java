package dev.kiwi.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.Subscription;
import dev.kiwi.TaskState;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.Order;
import dev.kiwi.transport.DeadLetterStore;
import dev.kiwi.transport.DeadLetterStore.Disposal;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TaskTransport;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event for whatever happens to a task on its way through a transport. That a
 * task waits is written once it does, so that none is shown that is not there.
 */
final class RecordedTasks implements TaskTransport {

	/** How often it is written how far a task is, where that has changed. */
	private static final Duration SAMPLE = Duration.ofSeconds(5);

	private final TaskTransport transport;

	private final EngineContext context;

	private final EventLog log;

	private final Map<String, RecordedDelivery> running = new ConcurrentHashMap<>();

	RecordedTasks(TaskTransport transport, EngineContext context, EventLog log) {
		this.transport = transport;
		this.context = context;
		this.log = log;
	}

	void start() {
		this.log.start();
		this.context.every(SAMPLE, () -> this.running.values().forEach(RecordedDelivery::sample));
	}

	/** Nothing more is sent or settled. */
	void close() {
		this.log.close();
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task, Duration delay) {
		return this.transport.send(queue, task, delay).whenComplete((nothing, failure) -> {
			if (failure == null) {
				placed(queue, task, delay, null);
			}
		});
	}

	@Override
	public Subscription consume(String queue, DeliveryGuarantee guarantee, int prefetch,
			Consumer<TaskDelivery> listener) {
		return this.transport.consume(queue, guarantee, prefetch,
				(delivery) -> listener.accept(recorded(queue, delivery)));
	}

	@Override
	public CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
		return this.transport.poll(queue, timeout)
			.thenApply((found) -> found.map((delivery) -> recorded(queue, delivery)));
	}

	@Override
	public CompletableFuture<CancelOutcome> cancel(String id) {
		return this.transport.cancel(id);
	}

	/** Until a letter is relaunched for certain nobody can say where it is. */
	@Override
	public DeadLetterStore deadLetters() {
		return (visitor) -> {
			Queue<Disposal.Relaunch> relaunched = new ConcurrentLinkedQueue<>();
			return this.transport.deadLetters().visit((letter) -> {
				Disposal disposal = visitor.visit(letter);
				if (disposal instanceof Disposal.Relaunch again) {
					relaunched.add(again);
					this.log.write(put(again.queue(), again.task(), TaskState.UNKNOWN, null,
							"it was being relaunched: it waits in its queue, or is a dead letter still"));
				}
				return disposal;
			}).whenComplete((nothing, failure) -> {
				if (failure == null) {
					relaunched.forEach((again) -> placed(again.queue(), again.task(), Duration.ZERO, null));
				}
			});
		};
	}

	@Override
	public <C> Optional<C> capability(Class<C> type) {
		return this.transport.capability(type);
	}

	/** A task waits in a queue. */
	void placed(String queue, Envelope task, Duration delay, @Nullable String why) {
		this.log.write(delay.isZero() ? put(queue, task, TaskState.QUEUED, null, why)
				: put(queue, task, TaskState.DELAYED, System.currentTimeMillis() + delay.toMillis(), why));
	}

	private Change put(String queue, Envelope task, TaskState state, @Nullable Long until, @Nullable String text) {
		long now = System.currentTimeMillis();
		Order order = Order.of(task, 0);
		return new Change(task.id(), queue, state, now, now, order, order.attempts(), null, null, until, null, text,
				null);
	}

	private TaskDelivery recorded(String queue, TaskDelivery delivery) {
		return new RecordedDelivery(this.context, this.log, this, queue, delivery);
	}

	void begun(RecordedDelivery delivery) {
		this.running.put(delivery.envelope().id(), delivery);
	}

	void ended(RecordedDelivery delivery) {
		this.running.remove(delivery.envelope().id(), delivery);
	}

}

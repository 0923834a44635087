package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiException;
import dev.kiwi.Subscription;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.DeadLetterStore;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.FencingTokens;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.QueueDepths;
import dev.kiwi.transport.SingleCopy;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.UniqueKeys;
import dev.kiwi.transport.Verdict;

/**
 * Work within this process.
 */
final class InProcessTasks
		implements TaskTransport, UniqueKeys, KeptResults, TaskStates, QueueDepths, SingleCopy, FencingTokens {

	private final InProcessTransport transport;

	InProcessTasks(InProcessTransport transport) {
		this.transport = transport;
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task, Duration delay) {
		return whileOpen((book) -> book.send(queue, task, delay, null)).thenAccept((id) -> {
		});
	}

	@Override
	public CompletableFuture<String> sendUnique(String queue, String key, Envelope task, Duration delay) {
		return whileOpen((book) -> book.send(queue, task, delay, key));
	}

	@Override
	public CompletableFuture<CancelOutcome> cancel(String id) {
		return whileOpen((book) -> book.cancel(id));
	}

	@Override
	public CompletableFuture<TaskState> state(String id) {
		return whileOpen((book) -> book.state(id));
	}

	@Override
	public CompletableFuture<Optional<KeptTask>> find(String id) {
		return whileOpen((book) -> book.find(id));
	}

	@Override
	public CompletableFuture<Page> list(TaskQuery query) {
		return whileOpen((book) -> Listing.page(book.tasks(), query));
	}

	@Override
	public CompletableFuture<Map<String, Depth>> depths(Collection<String> queues) {
		return whileOpen((book) -> this.transport.broker().depths());
	}

	@Override
	public CompletableFuture<Void> follow(String id) {
		return whileOpen((book) -> book.follow(id, this.transport.instance())).thenAccept((followed) -> {
		});
	}

	@Override
	public long fencingToken(TaskDelivery delivery) {
		return ((MemoryDelivery) delivery).token();
	}

	@Override
	public DeadLetterStore deadLetters() {
		return (visitor) -> CompletableFuture.runAsync(() -> this.transport.broker().visitDeadLetters(visitor),
				this.transport.broker().timer());
	}

	@Override
	public <C> Optional<C> capability(Class<C> type) {
		return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
	}

	private <T> CompletableFuture<T> whileOpen(Function<TaskBook, T> action) {
		if (!this.transport.isOpen()) {
			return InProcessTransport.closed();
		}
		try {
			return CompletableFuture.completedFuture(action.apply(this.transport.broker().book()));
		}
		catch (KiwiException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public Subscription consume(String queue, DeliveryGuarantee guarantee, int prefetch,
			Consumer<TaskDelivery> listener) {
		MemoryQueue tasks = this.transport.broker().tasks(queue);
		MemoryConsumer consumer = open(queue, tasks, prefetch, listener);
		tasks.addConsumer(consumer);
		tasks.dispatch();
		return consumer;
	}

	@Override
	public CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
		if (!this.transport.isOpen()) {
			return InProcessTransport.closed();
		}
		CompletableFuture<Optional<TaskDelivery>> polled = new CompletableFuture<>();
		MemoryQueue tasks = this.transport.broker().tasks(queue);
		MemoryConsumer consumer = open(queue, tasks, 1, (delivery) -> {
			if (!polled.complete(Optional.of(delivery))) {
				delivery.settle(new Verdict.Release());
			}
		});
		polled.whenComplete((delivery, failure) -> consumer.close());
		consumer.ended().thenRun(() -> polled.completeExceptionally(InProcessTransport.closedException()));
		TaskDelivery first = tasks.take(consumer);
		if (first != null || timeout.isZero()) {
			polled.complete(Optional.ofNullable(first));
			return polled;
		}
		var end = this.transport.broker()
			.timer()
			.schedule(() -> polled.complete(Optional.empty()), timeout.toNanos(), TimeUnit.NANOSECONDS);
		polled.whenComplete((delivery, failure) -> end.cancel(false));
		tasks.addConsumer(consumer);
		tasks.dispatch();
		return polled;
	}

	private MemoryConsumer open(String queue, MemoryQueue tasks, int prefetch, Consumer<TaskDelivery> listener) {
		return this.transport.opened(new MemoryConsumer(queue, tasks, prefetch, listener, this.transport::ended));
	}

}

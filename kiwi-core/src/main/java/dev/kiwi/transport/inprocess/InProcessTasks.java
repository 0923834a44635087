package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.kiwi.Subscription;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Verdict;

/**
 * Work within this process.
 */
final class InProcessTasks implements TaskTransport {

	private final InProcessTransport transport;

	InProcessTasks(InProcessTransport transport) {
		this.transport = transport;
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task) {
		if (!this.transport.isOpen()) {
			return InProcessTransport.closed();
		}
		this.transport.broker().tasks(queue).add(task);
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public Subscription consume(String queue, int prefetch, Consumer<TaskDelivery> listener) {
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

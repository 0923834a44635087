package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.UnroutableException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Verdict;

/**
 * Work over RabbitMQ.
 */
final class AmqpTasks implements TaskTransport {

	private final Amqp amqp;

	private final DelayLadder delays;

	private final Map<String, CompletableFuture<Void>> declared = new ConcurrentHashMap<>();

	private final Once<Consumption> replies;

	AmqpTasks(Amqp amqp, Consumer<Reply> replies) {
		this.amqp = amqp;
		this.delays = new DelayLadder(amqp.names());
		this.replies = new Once<>(() -> {
			String queue = amqp.names().taskReplies(amqp.instance().get());
			return amqp.consume(queue, (connection) -> {
				amqp.declarations().taskReplies(connection, queue);
				return Consumption.Declared.shared(queue);
			}, Amqp.REPLY_PREFETCH, (incoming) -> {
				replies.accept(amqp.mapping().reply(incoming.properties(), incoming.body()));
				incoming.acknowledge();
			});
		});
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task) {
		String name = this.amqp.names().task(queue);
		BasicProperties properties = this.amqp.mapping().task(task, null);
		CompletableFuture<Void> prepared = declared(name);
		if (task.replyTo() != null) {
			CompletableFuture<Void> listening = this.replies.get().ready();
			prepared = listening.isDone() ? prepared : prepared.thenCombine(listening, (one, other) -> null);
		}
		if (!this.amqp.await(prepared)) {
			return this.amqp.unprepared("Task " + task.id() + " for queue '" + queue + "'", prepared);
		}
		return this.amqp.publisher()
			.publish("", name, true, properties, task.body())
			.exceptionallyCompose((failure) -> again(failure, name, properties, task));
	}

	@Override
	public Consumption consume(String queue, int prefetch, Consumer<TaskDelivery> listener) {
		String name = this.amqp.names().task(queue);
		TaskPublishing publishing = new Publishing(name);
		return this.amqp.consume(queue, (connection) -> {
			this.delays.declare(connection, this.amqp.declarations());
			this.amqp.declarations().taskQueue(connection, name);
			return Consumption.Declared.shared(name);
		}, prefetch, (incoming) -> listener.accept(delivery(incoming, publishing)));
	}

	@Override
	public CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
		String name = this.amqp.names().task(queue);
		return declared(name).thenCompose((nothing) -> this.amqp.take(name)).thenCompose((found) -> {
			if (found.isEmpty() && !timeout.isZero()) {
				return first(queue, timeout);
			}
			return CompletableFuture.completedFuture(found.map((incoming) -> delivery(incoming, new Publishing(name))));
		});
	}

	private CompletableFuture<Optional<TaskDelivery>> first(String queue, Duration timeout) {
		CompletableFuture<Optional<TaskDelivery>> first = new CompletableFuture<>();
		Consumption consumption = consume(queue, 1, (delivery) -> {
			if (!first.complete(Optional.of(delivery))) {
				delivery.settle(new Verdict.Release());
			}
		});
		// empty only after the broker has ended the consumer, which until then may get a
		// task
		Future<?> timer = this.amqp.timer().schedule(() -> {
			consumption.ended().thenRun(() -> first.complete(Optional.empty()));
			consumption.finish();
		}, timeout.toNanos(), TimeUnit.NANOSECONDS);
		consumption.ready().whenComplete((nothing, failure) -> {
			if (failure != null && !timer.isDone()) {
				first.completeExceptionally(failure);
			}
		});
		consumption.ended().thenRun(() -> {
			if (!timer.isDone()) {
				first.completeExceptionally(new CommunicatorClosedException(
						"The communicator was closed while a task of queue '" + queue + "' was waited for"));
			}
		});
		first.whenComplete((delivery, failure) -> {
			if (timer.cancel(false)) {
				consumption.close();
			}
		});
		return first;
	}

	private TaskDelivery delivery(Incoming incoming, TaskPublishing publishing) {
		return new AmqpDelivery(incoming, this.amqp.mapping().envelope(incoming.properties(), incoming.body()),
				publishing);
	}

	private CompletableFuture<Void> declared(String name) {
		CompletableFuture<Void> declared = this.declared.computeIfAbsent(name, this::declare);
		if (declared.isCompletedExceptionally() && this.declared.remove(name, declared)) {
			return this.declared.computeIfAbsent(name, this::declare);
		}
		return declared;
	}

	private CompletableFuture<Void> declare(String name) {
		return this.amqp.prepare((connection) -> this.amqp.declarations().taskQueue(connection, name));
	}

	/** Somebody deleted the queue: it is created again, once. */
	private CompletableFuture<Void> again(Throwable failure, String name, BasicProperties properties, Envelope task) {
		Throwable cause = Failures.unwrapped(failure);
		if (!(cause instanceof UnroutableException)) {
			return CompletableFuture.failedFuture(cause);
		}
		CompletableFuture<Void> redeclared = declare(name);
		this.declared.put(name, redeclared);
		return redeclared
			.thenCompose((nothing) -> this.amqp.publisher().publishUnbounded("", name, true, properties, task.body()));
	}

	/**
	 * What the tasks of one queue publish as they are settled.
	 */
	private final class Publishing implements TaskPublishing {

		private final Amqp amqp = AmqpTasks.this.amqp;

		private final String queue;

		Publishing(String queue) {
			this.queue = queue;
		}

		@Override
		public CompletableFuture<Void> reply(Envelope task, Reply reply) {
			String address = Objects.requireNonNull(task.replyTo());
			return this.amqp.publisher()
				.publishUnbounded("", this.amqp.names().replyQueue(address), true,
						this.amqp.mapping().reply(reply, true), reply.body());
		}

		@Override
		public CompletableFuture<Void> retry(Envelope task, Duration after) {
			String exchange = AmqpTasks.this.delays.exchange(after);
			return this.amqp.publisher()
				.publishUnbounded(exchange, this.queue, true, this.amqp.mapping().task(task, null), task.body());
		}

		@Override
		public CompletableFuture<Void> bury(Envelope task) {
			String expiration = Long.toString(this.amqp.settings().deadLetterTimeToLive().toMillis());
			return this.amqp.publisher()
				.publishUnbounded("", this.amqp.names().deadLetters(), true, this.amqp.mapping().task(task, expiration),
						task.body());
		}

	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.rabbitmq.client.Connection;
import dev.kiwi.CancelOutcome;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.UnroutableException;
import dev.kiwi.transport.DeadLetterStore;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.QueueDepths;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TaskEvents;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Work over RabbitMQ.
 */
final class AmqpTasks implements TaskTransport {

	private final Amqp amqp;

	private final DelayLadder delays;

	private final Journal journal;

	private final DeadLetterStore deadLetters;

	private final KeptResults adopted;

	/** The delays, which most applications never need. */
	private final Prepared ladder;

	private final QueueDepths depths;

	private final @Nullable TaskEvents events;

	/** Queues that tasks are sent to, by name. */
	private final Map<String, Prepared> declared = new ConcurrentHashMap<>();

	/** Queues with all that their workers, or delayed tasks, need. */
	private final Map<String, Prepared> served = new ConcurrentHashMap<>();

	/** The connection that each of those was last declared on for a worker. */
	private final Map<String, Connection> workedOn = new ConcurrentHashMap<>();

	private final Once<Consumption> replies;

	AmqpTasks(Amqp amqp, Consumer<Reply> replies) {
		this.amqp = amqp;
		this.delays = new DelayLadder(amqp.names());
		this.ladder = new Prepared(
				() -> amqp.prepare((connection) -> this.delays.declare(connection, amqp.declarations())));
		this.journal = new Journal(amqp);
		this.deadLetters = new AmqpDeadLetters(amqp, this.journal,
				(relaunch) -> send(relaunch.queue(), relaunch.task(), Duration.ZERO));
		this.adopted = new AdoptedReplies(amqp, replies);
		this.depths = new AmqpDepths(amqp, () -> {
			Set<String> names = new HashSet<>(this.declared.keySet());
			names.addAll(this.served.keySet());
			return names;
		});
		this.events = (amqp.settings().taskEvents() != null) ? new AmqpTaskEvents(amqp) : null;
		this.replies = new Once<>(() -> {
			String queue = amqp.names().taskReplies(amqp.instance().get());
			return amqp.consume(queue, (connection) -> {
				amqp.declarations().taskReplies(connection, queue);
				return Consumption.Declared.own(queue);
			}, Amqp.REPLY_PREFETCH, (incoming) -> {
				replies.accept(amqp.mapping().reply(incoming.properties(), incoming.body()));
				incoming.acknowledge();
			});
		});
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task, Duration delay) {
		long due = System.nanoTime() + delay.toNanos();
		String name = this.amqp.topology().taskQueue(queue);
		WireMessage message = this.amqp.mapping().task(task, null);
		CompletableFuture<Void> prepared = delay.isZero() ? declared(name).get()
				: served(name).get().thenCombine(this.ladder.get(), (one, other) -> null);
		if (task.replyTo() != null) {
			CompletableFuture<Void> listening = this.replies.get().ready();
			prepared = listening.isDone() ? prepared : prepared.thenCombine(listening, (one, other) -> null);
		}
		if (!this.amqp.await(prepared)) {
			return this.amqp.unprepared("Task " + task.id() + " for queue '" + queue + "'", prepared);
		}
		DelayLadder.Route route = this.delays.routeUntil(name, due);
		return this.amqp.trusted(this.amqp.publisher()
			.publish(Publication.TASK, route.exchange(), route.key(), message)
			.exceptionallyCompose((failure) -> again(failure, name, message)));
	}

	@Override
	public Consumption consume(String queue, DeliveryGuarantee guarantee, int prefetch,
			Consumer<TaskDelivery> listener) {
		String name = this.amqp.topology().taskQueue(queue);
		TaskPublishing publishing = publishing(name);
		AtomicBoolean first = new AtomicBoolean(true);
		return this.amqp.consume(queue, (connection) -> {
			requireQuorum(queue, guarantee);
			// somebody who deleted it since is noticed by the broker's refusal
			if (!first.getAndSet(false) || this.workedOn.get(name) != connection) {
				serve(connection, name);
			}
			return Consumption.Declared.shared(name).with(this.amqp.declarations().taskConsumer(connection, queue));
		}, prefetch, (incoming) -> listener.accept(delivery(incoming, publishing)), prepared(name));
	}

	/**
	 * Declares what a worker needs while the journal is read; what fails is tried again
	 * by who consumes.
	 */
	private CompletableFuture<Void> prepared(String name) {
		CompletableFuture<Void> read = this.journal.follow();
		Connection before = this.workedOn.get(name);
		if (before != null && before == this.amqp.consuming().current()) {
			return read;
		}
		CompletableFuture<Void> declared = this.amqp.consuming().run((connection) -> serve(connection, name));
		return read.thenCombine(declared.exceptionally((failure) -> null), (one, other) -> null);
	}

	@Override
	public CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
		String name = this.amqp.topology().taskQueue(queue);
		return served(name).get()
			.thenCompose((nothing) -> this.journal.follow())
			.thenCompose((nothing) -> this.amqp.take(name))
			.thenCompose((found) -> {
				if (found.isEmpty() && !timeout.isZero()) {
					return this.amqp.timer().isShutdown()
							? CompletableFuture
								.failedFuture(new CommunicatorClosedException("The communicator is closed"))
							: first(queue, timeout);
				}
				return CompletableFuture.completedFuture(found.map((incoming) -> delivery(incoming, publishing(name))));
			});
	}

	@Override
	public CompletableFuture<CancelOutcome> cancel(String id) {
		return this.journal.write(Journal.Entry.CANCELLED, id, 0).thenApply((nothing) -> CancelOutcome.REQUESTED);
	}

	@Override
	public DeadLetterStore deadLetters() {
		return this.deadLetters;
	}

	@Override
	public <C> Optional<C> capability(Class<C> type) {
		return Stream.of(this.adopted, this.depths, this.events).filter(type::isInstance).findFirst().map(type::cast);
	}

	/** What is begun from now on leaves no trace in the journal. */
	void close() {
		this.journal.close();
	}

	private CompletableFuture<Optional<TaskDelivery>> first(String queue, Duration timeout) {
		CompletableFuture<Optional<TaskDelivery>> first = new CompletableFuture<>();
		Consumption consumption = consume(queue, DeliveryGuarantee.AT_LEAST_ONCE, 1, (delivery) -> {
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
		Envelope task = this.amqp.mapping().task(incoming.properties(), incoming.body());
		incoming.forget();
		return new AmqpDelivery(incoming, task, publishing, this.journal);
	}

	/** A classic queue may forget that it has given a task out. */
	private void requireQuorum(String queue, DeliveryGuarantee guarantee) {
		if (guarantee == DeliveryGuarantee.AT_MOST_ONCE && this.amqp.settings().kiwiPy() != null) {
			throw new NotSupportedByTransportException("Queue '" + queue + "' is to run its tasks at most once, which "
					+ "kiwiPy's queues cannot promise: set delivery: at-least-once for this queue");
		}
		if (guarantee == DeliveryGuarantee.AT_MOST_ONCE && this.amqp.settings().queueType() != QueueType.QUORUM) {
			throw new NotSupportedByTransportException(
					"Queue '" + queue + "' is to run its tasks at most once, which only quorum queues can promise: "
							+ "set kiwi.amqp.queue-type: quorum, or delivery: at-least-once for this queue");
		}
	}

	private TaskPublishing publishing(String name) {
		return new TaskPublishing(this.amqp, this.delays, this.ladder, name);
	}

	private Prepared declared(String name) {
		return prepared(this.declared, name, (connection) -> this.amqp.declarations().taskQueue(connection, name));
	}

	private Prepared served(String name) {
		return prepared(this.served, name, (connection) -> serve(connection, name));
	}

	private Prepared prepared(Map<String, Prepared> all, String name, Link.Action declaration) {
		Prepared present = all.get(name);
		return (present != null) ? present
				: all.computeIfAbsent(name, (absent) -> new Prepared(() -> this.amqp.prepare(declaration)));
	}

	private void serve(Connection connection, String name) throws IOException, TimeoutException {
		this.amqp.declarations().deadLetters(connection);
		this.amqp.declarations().taskQueue(connection, name);
		this.delays.bind(connection, this.amqp.declarations(), name);
		this.workedOn.put(name, connection);
	}

	/** Somebody deleted the queue: it is created again, once. */
	private CompletableFuture<Void> again(Throwable failure, String name, WireMessage message) {
		Throwable cause = Failures.unwrapped(failure);
		if (!(cause instanceof UnroutableException)) {
			return CompletableFuture.failedFuture(cause);
		}
		return declared(name).again()
			.thenCompose((nothing) -> this.amqp.publisher().publish(Publication.OUTCOME, "", name, message));
	}

}

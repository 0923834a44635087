package dev.kiwi.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiException;
import dev.kiwi.SendTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What work and words share: two connections, so that a broker's alarm, which blocks
 * those that publish, does not stop acknowledgements.
 */
record Amqp(Supplier<String> instance, AmqpSettings settings, Names names, Topology topology, WireFormat mapping,
		Declarations declarations, Link consuming, Publisher publisher, ScheduledExecutorService timer,
		List<Consumption> consumptions, Set<ConsumerChannel> polled, Set<String> used) {

	/** How long what is done may wait for others to be acknowledged with it. */
	private static final int ACKNOWLEDGE_MILLIS = 5;

	/** The same where the broker may give out no more before. */
	private static final int ACKNOWLEDGE_SOON_MILLIS = 2;

	/** How many results, or answers, may be on their way into this process at once. */
	static final int REPLY_PREFETCH = 500;

	Amqp(Supplier<String> instance, AmqpSettings settings, Names names, Topology topology, Declarations declarations,
			Link consuming, Publisher publisher, ScheduledExecutorService timer) {
		this(instance, settings, names, topology, format(settings, names, topology), declarations, consuming, publisher,
				timer, new CopyOnWriteArrayList<>(), ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
	}

	private static WireFormat format(AmqpSettings settings, Names names, Topology topology) {
		AmqpMapping kiwi = new AmqpMapping(names, topology);
		return (settings.kiwiPy() != null) ? new FormatByMessage(kiwi, new KiwiPyFormat(names, kiwi)) : kiwi;
	}

	Acknowledgements.Ticker ticker() {
		return (action, urgent) -> {
			try {
				this.timer.schedule(action, urgent ? ACKNOWLEDGE_SOON_MILLIS : ACKNOWLEDGE_MILLIS,
						TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				// the transport closes, and gives back what it did not acknowledge
				return;
			}
		};
	}

	/** Begins to consume, now or as soon as there is a connection. */
	Consumption consume(String identifier, Consumption.Declaration declaration, int prefetch,
			Consumer<Incoming> listener) {
		return consume(identifier, declaration, prefetch, listener, CompletableFuture.completedFuture(null));
	}

	/**
	 * Begins to consume once something else is done, as soon as there is a connection.
	 */
	Consumption consume(String identifier, Consumption.Declaration declaration, int prefetch,
			Consumer<Incoming> listener, CompletableFuture<Void> first) {
		Consumption consumption = new Consumption(identifier, this.consuming, declaration, prefetch, listener,
				ticker());
		this.consuming.need();
		first.thenRun(() -> {
			this.consumptions.add(consumption);
			consumption.ended().thenRun(() -> this.consumptions.remove(consumption));
			consumption.open();
		});
		return consumption;
	}

	/** Completes what was confirmed once it also survives kill -9. */
	CompletableFuture<Void> trusted(CompletableFuture<Void> confirmed) {
		if (this.declarations.untrustedNanos() <= 0) {
			return confirmed;
		}
		return confirmed.thenCompose((nothing) -> {
			long wait = this.declarations.untrustedNanos();
			if (wait <= 0) {
				return confirmed;
			}
			Connection before = this.consuming.current();
			CompletableFuture<Void> safe = new CompletableFuture<>();
			try {
				this.timer.schedule(() -> survive(before, safe), wait, TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				safe.completeExceptionally(new CommunicatorClosedException(
						"The communicator was closed before a new queue was safe from a kill of its broker"));
			}
			return safe;
		});
	}

	private void survive(@Nullable Connection before, CompletableFuture<Void> safe) {
		if (before != null && before == this.consuming.current()) {
			safe.complete(null);
		}
		else {
			safe.completeExceptionally(new ConnectionLostException(
					"The connection broke moments after a queue was declared: what was sent to it may be lost"));
		}
	}

	/** Takes one message of a queue that exists, if there is one. */
	CompletableFuture<Optional<Incoming>> take(String queue) {
		return this.consuming.call((connection) -> {
			Incoming incoming = ConsumerChannel.get(connection, this.consuming.openers(), queue, this.used, ticker());
			if (incoming != null) {
				ConsumerChannel channel = incoming.channel();
				this.polled.add(channel);
				channel.drained().whenComplete((nothing, failure) -> this.polled.remove(channel));
			}
			return Optional.ofNullable(incoming);
		});
	}

	/**
	 * As when the process died: what is out is nobody's here any more.
	 * @return closes the channels, which gives it to others
	 */
	List<Runnable> abandon() {
		List<ConsumerChannel> open = new ArrayList<>(this.polled);
		for (Consumption consumption : this.consumptions) {
			ConsumerChannel channel = consumption.abandon();
			if (channel != null) {
				open.add(channel);
			}
		}
		return open.stream().map(ConsumerChannel::abandon).toList();
	}

	/** For each new connection. */
	void reopen() {
		this.consumptions.forEach(Consumption::open);
	}

	/**
	 * Declares something, trying again until the send time-out where there is no
	 * connection.
	 */
	CompletableFuture<Void> prepare(Link.Action declaration) {
		CompletableFuture<Void> prepared = new CompletableFuture<>();
		attempt(declaration, Duration.ZERO, prepared, System.nanoTime() + this.settings.sendTimeout().toNanos());
		return prepared;
	}

	private void attempt(Link.Action declaration, Duration delay, CompletableFuture<Void> prepared, long deadline) {
		this.consuming.runAfter(delay, declaration).whenComplete((nothing, wrapped) -> {
			Throwable failure = (wrapped != null) ? Failures.unwrapped(wrapped) : null;
			if (failure == null) {
				prepared.complete(null);
			}
			else if ((failure instanceof KiwiException && !(failure instanceof ConnectionLostException))
					|| Refusals.lacksPermission(failure) || System.nanoTime() - deadline > 0) {
				prepared.completeExceptionally(failure);
			}
			else {
				attempt(declaration, Duration.ofMillis(100), prepared, deadline);
			}
		});
	}

	/** Waits for what a first message needs; every later one finds it there. */
	boolean await(CompletableFuture<?> prepared) {
		if (prepared.isDone()) {
			return !prepared.isCompletedExceptionally();
		}
		try {
			prepared.get(this.settings.sendTimeout().toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** The failure of a message whose queue could not be prepared. */
	<T> CompletableFuture<T> unprepared(String what, CompletableFuture<?> prepared) {
		if (Thread.currentThread().isInterrupted() && !prepared.isDone()) {
			return CompletableFuture.failedFuture(new DeliveryFailedException(
					what + " was not sent: its thread was interrupted before what is needed first was there"));
		}
		Throwable reason = failureOf(prepared);
		if (reason instanceof KiwiException known && !(reason instanceof ConnectionLostException)) {
			return CompletableFuture.failedFuture(known);
		}
		if (reason != null && Refusals.lacksPermission(reason)) {
			return CompletableFuture
				.failedFuture(new DeliveryFailedException(what + " was not sent: " + reason.getMessage(), reason));
		}
		return CompletableFuture.failedFuture(new SendTimeoutException(what + " was not sent within "
				+ this.settings.sendTimeout()
				+ " (kiwi.amqp.send-timeout): there is no connection to RabbitMQ, or it refuses what is needed first, "
				+ "as the log says then", reason));
	}

	private static @Nullable Throwable failureOf(CompletableFuture<?> future) {
		try {
			future.getNow(null);
			return null;
		}
		catch (CompletionException | CancellationException ex) {
			return Failures.unwrapped(ex);
		}
	}

}

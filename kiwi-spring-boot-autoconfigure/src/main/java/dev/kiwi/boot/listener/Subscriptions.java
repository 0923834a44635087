package dev.kiwi.boot.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionListener;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Registration;
import dev.kiwi.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is subscribed between one start and the next stop.
 */
final class Subscriptions {

	/**
	 * How long a start waits. A broker nearby answers in a fraction of a second; one that
	 * is away must not hold up the application, which can do without it.
	 */
	private static final Duration READY_WAIT = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(Subscriptions.class);

	private final KiwiCommunicator communicator;

	private final List<Entry> entries = new ArrayList<>();

	private final CompletableFuture<Void> away = new CompletableFuture<>();

	private @Nullable Registration outage;

	private boolean started;

	private boolean closed;

	/**
	 * Nothing is subscribed yet.
	 * @param communicator where it will be
	 */
	Subscriptions(KiwiCommunicator communicator) {
		this.communicator = communicator;
	}

	/**
	 * Subscribes an endpoint.
	 * @param endpoint the endpoint
	 * @throws InvalidListenerAttributeException if its queue, identifier or filter is
	 * none
	 */
	synchronized void add(ListenerEndpoint endpoint) {
		if (this.outage == null) {
			this.outage = this.communicator.addConnectionListener(new ConnectionListener() {

				@Override
				public void connectionLost(Throwable cause) {
					Subscriptions.this.away.complete(null);
				}

			});
		}
		try {
			Entry entry = new Entry(endpoint, subscribe(endpoint));
			this.entries.add(entry);
			if (this.started) {
				tellLater(entry);
			}
		}
		catch (InvalidIdentifierException | IllegalArgumentException ex) {
			throw new InvalidListenerAttributeException(endpoint.annotation(), endpoint.handler().toString(), ex);
		}
	}

	private Subscription subscribe(ListenerEndpoint endpoint) {
		return Objects.requireNonNull(endpoint.subscribe(this.communicator),
				() -> "The KiwiCommunicator bean gave no subscription for " + endpoint.handler()
						+ ": where it is a mock, set kiwi.listeners.enabled=false");
	}

	/**
	 * Waits until all is subscribed, but not for a server that is away.
	 * @throws RuntimeException if the server refused for good
	 */
	void awaitReady() {
		List<Entry> all = started();
		CompletableFuture<Void> settled = CompletableFuture
			.allOf(all.stream().map(Entry::settled).toArray(CompletableFuture[]::new));
		CompletableFuture.anyOf(settled, this.away)
			.completeOnTimeout(null, READY_WAIT.toMillis(), TimeUnit.MILLISECONDS)
			.join();
		List<Entry> waiting = all.stream().filter((entry) -> !entry.ready().isDone()).toList();
		if (!waiting.isEmpty()) {
			logger.warn("Not subscribed yet, as the server is away or slow; it goes on as soon as it answers: {}",
					waiting.stream().map((entry) -> entry.subscription().identifier()).distinct().toList());
		}
		all.stream().filter((entry) -> !waiting.contains(entry)).forEach(Subscriptions::check);
		waiting.forEach(this::tellLater);
	}

	/** How each stands with the server. */
	synchronized List<SubscriberStatus> status() {
		return this.entries.stream().map(Entry::status).toList();
	}

	/**
	 * Closes all.
	 * @return what was closed and may not have ended yet
	 */
	synchronized List<Subscription> close() {
		this.closed = true;
		if (this.outage != null) {
			this.outage.close();
		}
		List<Subscription> subscriptions = this.entries.stream().map(Entry::subscription).toList();
		subscriptions.forEach(Subscription::close);
		this.entries.clear();
		return subscriptions;
	}

	private synchronized List<Entry> started() {
		this.started = true;
		return List.copyOf(this.entries);
	}

	private static void check(Entry entry) {
		Throwable failure = entry.failure();
		if (failure == null) {
			return;
		}
		// Another instance may hold it and go away: this one is of use meanwhile.
		if (failure instanceof DuplicateSubscriberIdentifierException || failure instanceof ConnectionLostException) {
			tell(entry, failure);
			return;
		}
		throw (failure instanceof RuntimeException ex) ? ex
				: new IllegalStateException("Not subscribed: " + entry.endpoint().handler(), failure);
	}

	private void tellLater(Entry entry) {
		entry.ready().whenComplete((nothing, failure) -> {
			if (failure != null && !isClosed()) {
				tell(entry, cause(failure));
			}
		});
	}

	private synchronized boolean isClosed() {
		return this.closed;
	}

	private static void tell(Entry entry, Throwable failure) {
		if (!(failure instanceof CommunicatorClosedException)) {
			logger.error("{} is not subscribed to '{}'", entry.endpoint().handler(), entry.subscription().identifier(),
					failure);
		}
	}

	private static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	/**
	 * An endpoint and its subscription.
	 *
	 * @param endpoint the endpoint
	 * @param subscription its subscription
	 * @param ready the subscription's own
	 */
	private record Entry(ListenerEndpoint endpoint, Subscription subscription, CompletableFuture<Void> ready) {

		Entry(ListenerEndpoint endpoint, Subscription subscription) {
			this(endpoint, subscription, subscription.ready().toCompletableFuture());
		}

		CompletableFuture<@Nullable Void> settled() {
			return this.ready.handle((nothing, failure) -> null);
		}

		SubscriberStatus status() {
			Throwable failure = failure();
			return new SubscriberStatus(this.endpoint.handler().toString(), this.endpoint.annotation(),
					this.subscription.identifier(),
					failure == null && this.ready.isDone() && this.subscription.isServed(),
					(failure != null) ? failure.getMessage() : null);
		}

		@Nullable Throwable failure() {
			if (!this.ready.isCompletedExceptionally()) {
				return null;
			}
			return this.ready.handle((nothing, failure) -> cause(failure)).join();
		}

	}

}

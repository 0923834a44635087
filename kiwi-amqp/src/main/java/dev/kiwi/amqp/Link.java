package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionLostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * One connection of the user's factory, opened when it is first needed and again whenever
 * it was lost: after half a second, and later each time where the broker itself ends each
 * one soon. What waits for the broker's answer about one queue does not hold up its
 * thread.
 */
final class Link {

	private static final Logger logger = LoggerFactory.getLogger(Link.class);

	private static final Duration RETRY = Duration.ofMillis(500);

	/** What lasts for so long is not followed by a longer pause. */
	private static final Duration STEADY = Duration.ofSeconds(10);

	/** So that one that the broker ends at once does not fill the logs of both. */
	private static final BackOff UNSTEADY = unsteady();

	private final String name;

	private final ConnectionFactory factory;

	private final ScheduledExecutorService thread;

	private final Openers openers;

	private final Events events;

	private final List<Action> onOpen = new CopyOnWriteArrayList<>();

	/** What was asked and is not answered yet. */
	private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Connection connection;

	private volatile boolean needed;

	private boolean lost;

	private BackOffExecution pauses = UNSTEADY.start();

	private volatile boolean closed;

	Link(String name, ConnectionFactory factory, ScheduledExecutorService thread, Openers openers, Events events) {
		this.name = name;
		this.factory = factory;
		this.thread = thread;
		this.openers = openers;
		this.events = events;
	}

	/** Adds what each new connection is given, in the order of adding. */
	void onOpen(Action opener) {
		this.onOpen.add(opener);
	}

	/** Sees to it that there is a connection, now or later. */
	void need() {
		if (!this.needed) {
			this.needed = true;
			execute(this::connect);
		}
	}

	/** What it is for. */
	String name() {
		return this.name;
	}

	boolean isOpen() {
		Connection open = this.connection;
		return open != null && open.isOpen();
	}

	@Nullable Connection current() {
		return this.connection;
	}

	/** Whether it is there, or nobody needs it. */
	boolean isWhole() {
		return !this.needed || isOpen();
	}

	Map<String, Object> serverProperties() {
		Connection open = this.connection;
		return (open != null) ? open.getServerProperties() : Map.of();
	}

	/** How long the broker may hold on to a connection that is gone. */
	Duration heartbeatTimeout() {
		Connection open = this.connection;
		return Duration.ofSeconds((open != null) ? 2L * open.getHeartbeat() + 5 : 125);
	}

	/** The threads that wait for the broker. */
	Openers openers() {
		return this.openers;
	}

	/** Does something with the connection, as {@link #call} asks. */
	CompletableFuture<Void> run(Action action) {
		return runAfter(Duration.ZERO, action);
	}

	/** The same, later. */
	CompletableFuture<Void> runAfter(Duration delay, Action action) {
		return callAfter(delay, (connection) -> {
			action.on(connection);
			return Boolean.TRUE;
		}).thenAccept((done) -> {
		});
	}

	/** Asks something with the connection, on an opener's thread; fails without one. */
	<T> CompletableFuture<T> call(Call<T> call) {
		return callAfter(Duration.ZERO, call);
	}

	/** The same, later. */
	<T> CompletableFuture<T> callAfter(Duration delay, Call<T> call) {
		need();
		CompletableFuture<T> result = new CompletableFuture<>();
		this.calls.add(result);
		result.whenComplete((done, failure) -> this.calls.remove(result));
		// a first connection is made before
		boolean open = executeAfter(delay, () -> {
			try {
				this.openers.execute(() -> answer(call, result));
			}
			catch (RejectedExecutionException ex) {
				result.completeExceptionally(closedException());
			}
		});
		if (!open) {
			result.completeExceptionally(closedException());
		}
		return result;
	}

	private <T> void answer(Call<T> call, CompletableFuture<T> result) {
		Connection present = this.connection;
		if (present == null) {
			result.completeExceptionally(
					new ConnectionLostException("There is no connection to RabbitMQ for " + this.name));
			return;
		}
		try {
			result.complete(call.on(present));
		}
		catch (Exception ex) {
			logger.debug("A call on the connection for {} failed", this.name, ex);
			result.completeExceptionally(this.closed ? closedException() : ex);
		}
	}

	/** Fails what was asked of the thread, which has ended. */
	void abandon() {
		this.calls.forEach((call) -> call.completeExceptionally(closedException()));
	}

	private CommunicatorClosedException closedException() {
		return new CommunicatorClosedException("The connection for " + this.name + " is closed");
	}

	boolean execute(Runnable action) {
		return executeAfter(Duration.ZERO, action);
	}

	/** Runs something on the link's thread, later; false where the link is closed. */
	boolean executeAfter(Duration delay, Runnable action) {
		try {
			this.thread.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The link for {} is closed", this.name, ex);
			return false;
		}
	}

	/** A connection looks alive and is not, or lacks a channel that all depend on. */
	void drop(Connection former, Throwable cause) {
		execute(() -> {
			if (former == this.connection) {
				lost(cause);
			}
		});
	}

	void close() {
		this.closed = true;
	}

	private void connect() {
		if (this.closed || this.connection != null) {
			return;
		}
		try {
			Connection opened = Objects.requireNonNull(this.factory.createConnection().getDelegate(),
					"The connection factory gives no access to RabbitMQ's own connection");
			opened.addShutdownListener((cause) -> execute(() -> {
				if (this.connection == opened) {
					lost(cause);
				}
			}));
			this.connection = opened;
			executeAfter(STEADY, () -> {
				if (this.connection == opened) {
					this.pauses = UNSTEADY.start();
				}
			});
			for (Action opener : this.onOpen) {
				opener.on(opened);
			}
			this.lost = false;
			this.events.opened();
		}
		catch (Exception ex) {
			logger.debug("No connection to RabbitMQ for {}", this.name, ex);
			lost(ex);
		}
	}

	private void lost(Throwable cause) {
		Duration pause = (this.connection != null && Refusals.isBrokersOwn(cause))
				? Duration.ofMillis(this.pauses.nextBackOff()) : RETRY;
		this.connection = null;
		if (this.closed) {
			return;
		}
		if (!this.lost) {
			this.lost = true;
			this.events.lost(cause);
		}
		executeAfter(pause, this::connect);
	}

	private static BackOff unsteady() {
		ExponentialBackOff doubling = new ExponentialBackOff(RETRY.toMillis(), 2);
		doubling.setMaxInterval(Duration.ofSeconds(30).toMillis());
		return doubling;
	}

	/** A new channel; the broker bounds how many there may be on a connection. */
	static Channel channel(Connection connection) throws IOException {
		Channel channel = connection.createChannel();
		if (channel == null) {
			throw new IOException("No further channel on the connection to RabbitMQ: all " + connection.getChannelMax()
					+ " are taken; each subscription takes one, so serve fewer RPC "
					+ "identifiers or raise channel_max on the broker and spring.rabbitmq.requested-channel-max");
		}
		return channel;
	}

	static void closeQuietly(@Nullable Channel channel) {
		if (channel != null) {
			try {
				channel.abort();
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("A channel was closed already", ex);
			}
		}
	}

	/**
	 * Something to do with the connection.
	 */
	@FunctionalInterface
	interface Action {

		void on(Connection connection) throws IOException, TimeoutException;

	}

	/**
	 * Something to ask with the connection.
	 */
	@FunctionalInterface
	interface Call<T> {

		T on(Connection connection) throws IOException, TimeoutException;

	}

	/**
	 * Hears of the connection. Called on the link's thread.
	 */
	interface Events {

		void lost(Throwable cause);

		void opened();

	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.KiwiException;
import dev.kiwi.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consuming of one queue, through all the channels that it takes: each lost one is
 * followed by another.
 */
final class Consumption implements Subscription {

	private static final Logger logger = LoggerFactory.getLogger(Consumption.class);

	private static final Duration RETRY = Duration.ofSeconds(1);

	private static final Duration MAX_RETRY = Duration.ofSeconds(15);

	private final String identifier;

	private final Link link;

	private final Declaration declaration;

	private final int prefetch;

	private final Consumer<Incoming> listener;

	private final Acknowledgements.Ticker ticker;

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile @Nullable ConsumerChannel current;

	private volatile boolean closed;

	private volatile boolean abandoned;

	/** What this does, one after the other; it waits for no other queue. */
	private CompletableFuture<Void> turn = CompletableFuture.completedFuture(null);

	private boolean own;

	/** Whether the broker has refused to bound how long a message is held. */
	private boolean unbounded;

	private boolean finishing;

	private long lostAt;

	private boolean retrying;

	private Duration retry = RETRY;

	/** Since when it cannot be opened, or 0. */
	private long troubledAt;

	/**
	 * A consumption, not begun.
	 * @param identifier what a subscriber calls it
	 * @param link its connection
	 * @param declaration declares the queue, for each channel anew
	 * @param prefetch how many messages may be unacknowledged
	 * @param listener takes them
	 * @param ticker flushes acknowledgements
	 */
	Consumption(String identifier, Link link, Declaration declaration, int prefetch, Consumer<Incoming> listener,
			Acknowledgements.Ticker ticker) {
		this.identifier = identifier;
		this.link = link;
		this.declaration = declaration;
		this.prefetch = prefetch;
		this.listener = listener;
		this.ticker = ticker;
	}

	@Override
	public String identifier() {
		return this.identifier;
	}

	@Override
	public CompletableFuture<Void> ready() {
		return this.ready;
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.ended;
	}

	@Override
	public boolean isServed() {
		return !this.closed && isOpen();
	}

	private boolean isOpen() {
		ConsumerChannel now = this.current;
		return now != null && now.isOpen();
	}

	boolean isEnded() {
		return this.ended.isDone();
	}

	/** Opens, or will once there is a connection: whoever makes one calls again. */
	void open() {
		inTurn(this::openNow);
	}

	private void openNow() {
		Connection connection = this.link.current();
		if (connection == null || this.closed || isOpen()) {
			return;
		}
		try {
			Declared declared = declared(connection);
			this.own = declared.isOwn();
			ConsumerChannel opened = ConsumerChannel.open(connection, this.link.openers(), declared, this.prefetch,
					this.listener, this.ticker, (cause) -> inTurn(() -> lost(connection)));
			this.current = opened;
			if (this.abandoned) {
				opened.abandon().run();
			}
			this.lostAt = 0;
			this.ready.complete(null);
			recovered();
		}
		catch (DuplicateSubscriberIdentifierException ex) {
			held(connection, ex);
		}
		catch (KiwiException ex) {
			logger.error("{}", ex.getMessage());
			fail(ex);
		}
		catch (IOException ex) {
			refused(connection, ex);
		}
		catch (TimeoutException | RuntimeException ex) {
			troubled(connection, ex);
		}
	}

	private Declared declared(Connection connection) throws IOException, TimeoutException {
		Declared declared = this.declaration.declare(connection);
		return this.unbounded ? declared.with(Map.of()) : declared;
	}

	private void refused(Connection connection, IOException ex) {
		if (!this.unbounded && Refusals.isTimeoutRefused(ex)) {
			logger.info("'{}' is consumed without a bound on how long a message may be held: {}", this.identifier,
					ex.getMessage());
			this.unbounded = true;
			openNow();
		}
		else if (Refusals.isHeldExclusively(ex)) {
			held(connection, new DuplicateSubscriberIdentifierException(
					"'" + this.identifier + "' is served exclusively by another communicator of this process", ex));
		}
		else {
			troubled(connection, ex);
		}
	}

	/** Told once, until it is over. */
	private void troubled(Connection connection, Exception ex) {
		logger.debug("'{}' cannot be consumed yet", this.identifier, ex);
		if (this.closed || !connection.isOpen()) {
			return;
		}
		if (this.troubledAt == 0) {
			this.troubledAt = System.nanoTime();
			logger.warn("'{}' cannot be consumed yet, trying again: {}", this.identifier, ex.toString());
		}
		retry(connection, this.retry);
		Duration doubled = this.retry.multipliedBy(2);
		this.retry = (doubled.compareTo(MAX_RETRY) < 0) ? doubled : MAX_RETRY;
	}

	private void recovered() {
		if (this.troubledAt != 0) {
			logger.info("'{}' is consumed, after {} s of trouble", this.identifier,
					Duration.ofNanos(System.nanoTime() - this.troubledAt).toSeconds());
		}
		this.troubledAt = 0;
		this.retry = RETRY;
	}

	@Override
	public void close() {
		ConsumerChannel now = this.current;
		if (now != null) {
			now.stop();
		}
		finish();
	}

	/**
	 * Closes, while the listener still takes what comes until the broker has ended it.
	 */
	void finish() {
		this.closed = true;
		inTurn(() -> {
			if (this.finishing) {
				return;
			}
			this.finishing = true;
			ConsumerChannel open = this.current;
			if (open != null) {
				open.cancel();
				open.drained().whenComplete((nothing, failure) -> this.ended.complete(null));
			}
			else {
				this.ended.complete(null);
			}
			this.ready.completeExceptionally(new CommunicatorClosedException(
					"The subscription to '" + this.identifier + "' was closed before it was ready"));
		});
	}

	/**
	 * Ends without waiting for what is out.
	 * @return the channel that it consumed on, to be abandoned
	 */
	@Nullable ConsumerChannel abandon() {
		this.closed = true;
		this.abandoned = true;
		this.ended.complete(null);
		this.ready.completeExceptionally(
				new CommunicatorClosedException("The subscription to '" + this.identifier + "' was closed"));
		return this.current;
	}

	/** The channel that it consumes on, or the last one. */
	@Nullable ConsumerChannel channel() {
		return this.current;
	}

	private void lost(Connection connection) {
		if (isOpen()) {
			// it was another one, which is replaced already
			return;
		}
		if (this.lostAt == 0) {
			this.lostAt = System.nanoTime();
		}
		retry(connection, RETRY);
	}

	/** Once, however many notice that it is needed; a new connection opens it anyway. */
	private void retry(Connection connection, Duration after) {
		if (!this.retrying && connection.isOpen()) {
			this.retrying = true;
			this.link.executeAfter(after, () -> inTurn(() -> {
				this.retrying = false;
				openNow();
			}));
		}
	}

	private synchronized void inTurn(Runnable action) {
		this.turn = this.turn.thenRunAsync(action, this.link.openers()).exceptionally((failure) -> {
			logger.debug("'{}' is not consumed any more", this.identifier, failure);
			return null;
		});
	}

	/**
	 * The broker may take an old connection of ours for alive until its heartbeat
	 * time-out.
	 */
	private void held(Connection connection, DuplicateSubscriberIdentifierException ex) {
		boolean recent = this.lostAt != 0 && System.nanoTime() - this.lostAt < this.link.heartbeatTimeout().toNanos();
		if (this.own || recent) {
			retry(connection, RETRY);
			return;
		}
		if (this.ready.isDone()) {
			logger.error("'{}' is not served any more: {}", this.identifier, ex.getMessage());
		}
		fail(ex);
	}

	private void fail(KiwiException ex) {
		this.closed = true;
		this.ready.completeExceptionally(ex);
		this.ended.complete(null);
	}

	/**
	 * Declares what is consumed.
	 */
	@FunctionalInterface
	interface Declaration {

		/**
		 * Declares.
		 * @return the queue
		 */
		Declared declare(Connection connection) throws IOException, TimeoutException;

	}

	/**
	 * What is consumed.
	 *
	 * @param queue the queue's name
	 * @param isExclusive whether nobody else may consume it, not even on the same
	 * connection
	 * @param isOwn whether it is this process' alone by right, so that it waits for as
	 * long as somebody else has it
	 * @param isAcknowledged whether what is received is to be acknowledged; what goes
	 * with the connection anyway need not be
	 * @param arguments of the consumer
	 */
	record Declared(String queue, boolean isExclusive, boolean isOwn, boolean isAcknowledged,
			Map<String, Object> arguments) {

		static Declared shared(String queue) {
			return new Declared(queue, false, false, true, Map.of());
		}

		static Declared exclusive(String queue) {
			return new Declared(queue, true, false, true, Map.of());
		}

		static Declared own(String queue) {
			return new Declared(queue, true, true, true, Map.of());
		}

		Declared with(Map<String, Object> consumerArguments) {
			return new Declared(this.queue, this.isExclusive, this.isOwn, this.isAcknowledged, consumerArguments);
		}

		/** The same, where nothing is lost that a lost connection would not take. */
		Declared unacknowledged() {
			return new Declared(this.queue, this.isExclusive, this.isOwn, false, this.arguments);
		}

	}

}

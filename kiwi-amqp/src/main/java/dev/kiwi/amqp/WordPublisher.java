package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.SendTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes calls and their answers, which no broker keeps beyond their connections: that
 * a call arrived is confirmed by its answer, and that nobody takes it is said by its
 * return. One thread at a time writes. What cannot be written, because the connection is
 * away or blocked, waits up to its deadline. Thread-safe.
 */
final class WordPublisher {

	private static final Logger logger = LoggerFactory.getLogger(WordPublisher.class);

	private static final Duration FLUSH = Duration.ofSeconds(5);

	private final AmqpSettings settings;

	private final Link link;

	private final Window window;

	private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean writing = new AtomicBoolean();

	/** One object, so that the user's connection does not collect more of them. */
	private final BlockedListener blocking = new BlockedListener() {

		@Override
		public void handleBlocked(String reason) {
			WordPublisher.this.blocked = true;
		}

		@Override
		public void handleUnblocked() {
			WordPublisher.this.blocked = false;
			write();
		}

	};

	private volatile @Nullable Channel channel;

	private volatile @Nullable Outgoing latest;

	private volatile boolean blocked;

	private volatile boolean closed;

	private volatile Consumer<Return> returns = (nobody) -> {
	};

	/**
	 * A publisher.
	 * @param settings its window and time-out
	 * @param link the connection that it publishes on
	 */
	WordPublisher(AmqpSettings settings, Link link) {
		this.settings = settings;
		this.link = link;
		this.window = new Window(settings.windowMessages(), settings.windowBytes());
		link.onOpen(this::open);
	}

	/** Tells of calls that nobody takes. */
	void onReturned(Consumer<Return> listener) {
		this.returns = listener;
	}

	/**
	 * Publishes a call within the window, waiting for room. A broker that stands still
	 * does not hold up the caller: the link's thread writes.
	 * @return completes when it is written
	 */
	CompletableFuture<Void> call(String exchange, String routingKey, WireMessage message) {
		Outgoing outgoing = outgoing(exchange, routingKey, true, message, this.window);
		if (!this.window.acquire(message.body().length, this.settings.sendTimeout())) {
			return CompletableFuture.failedFuture(timedOut(outgoing));
		}
		submit(outgoing);
		write();
		return outgoing;
	}

	/**
	 * Publishes an answer, which its request's prefetch bounds. May be written on this
	 * thread, a handler's.
	 * @return completes when it is written
	 */
	CompletableFuture<Void> answer(String routingKey, WireMessage message) {
		Outgoing outgoing = outgoing("", routingKey, false, message, null);
		submit(outgoing);
		if (isWritable() && this.writing.compareAndSet(false, true)) {
			drain();
		}
		return outgoing;
	}

	/** Gives what waits some seconds to be written, where it can be. */
	void flush() {
		Outgoing last = this.latest;
		if (last == null || !isOpen()) {
			return;
		}
		try {
			last.get(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("{} was not written before the end", last.what(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Fails what was not written.
	 * @return the channel, for the caller to close
	 */
	@Nullable Channel close() {
		this.closed = true;
		Channel open = this.channel;
		this.channel = null;
		if (open != null) {
			open.getConnection().removeBlockedListener(this.blocking);
		}
		failAll();
		return open;
	}

	private void failAll() {
		for (Outgoing rest = this.waiting.poll(); rest != null; rest = this.waiting.poll()) {
			rest.fail(new CommunicatorClosedException(rest.what() + " is not sent: the communicator is closed"));
		}
	}

	private Outgoing outgoing(String exchange, String routingKey, boolean mandatory, WireMessage message,
			@Nullable Window room) {
		return new Outgoing(exchange, routingKey, mandatory, message.properties(), message.body(), room,
				System.nanoTime() + this.settings.sendTimeout().toNanos());
	}

	private void submit(Outgoing outgoing) {
		this.link.need();
		this.waiting.add(outgoing);
		this.latest = outgoing;
		if (this.closed) {
			failAll();
		}
	}

	private boolean isOpen() {
		Channel open = this.channel;
		return open != null && !this.blocked && open.isOpen();
	}

	private boolean isWritable() {
		return isOpen() && !this.waiting.isEmpty();
	}

	/** Has the link's thread write what waits. */
	private void write() {
		if (isWritable() && this.writing.compareAndSet(false, true) && !this.link.execute(this::drain)) {
			this.writing.set(false);
		}
	}

	/** Writes what waits, on the one thread that may now. */
	private void drain() {
		this.link.writing().lock();
		try {
			drainAlone();
		}
		finally {
			this.link.writing().unlock();
		}
	}

	private void drainAlone() {
		do {
			while (isWritable()) {
				Channel open = this.channel;
				Outgoing next = (open != null) ? this.waiting.poll() : null;
				if (open != null && next != null && !next.isDone()) {
					write(open, next);
				}
			}
			this.writing.set(false);
			// again, as something may have come just before
		}
		while (isWritable() && this.writing.compareAndSet(false, true));
	}

	private void write(Channel open, Outgoing outgoing) {
		try {
			open.basicPublish(outgoing.exchange(), outgoing.routingKey(), outgoing.isMandatory(), outgoing.properties(),
					outgoing.body());
			if (outgoing.confirm()) {
				this.window.release(1, outgoing.body().length);
			}
		}
		catch (AlreadyClosedException | IOException ex) {
			outgoing.fail(
					new ConnectionLostException(outgoing.what() + " was not written before the connection broke", ex));
		}
		catch (RuntimeException ex) {
			outgoing.fail(new DeliveryFailedException(outgoing.what() + " cannot be written: " + ex.getMessage(), ex));
		}
	}

	/** On the link's thread, for each connection anew. */
	private void open(Connection connection) throws IOException {
		Channel opened = Link.channel(connection);
		opened.addReturnListener((returned) -> this.returns.accept(returned));
		opened.addShutdownListener((cause) -> {
			if (opened == this.channel) {
				this.channel = null;
				this.link.reopen(opened, cause);
			}
		});
		connection.removeBlockedListener(this.blocking);
		connection.addBlockedListener(this.blocking);
		this.blocked = false;
		this.channel = opened;
		write();
	}

	/** Gives up what is over. */
	void sweep() {
		long now = System.nanoTime();
		List<Outgoing> over = new ArrayList<>();
		this.waiting.removeIf((outgoing) -> outgoing.isOver(now) && over.add(outgoing));
		over.forEach((outgoing) -> outgoing.fail(timedOut(outgoing)));
	}

	private SendTimeoutException timedOut(Outgoing outgoing) {
		return new SendTimeoutException(outgoing.what() + " was not written within " + this.settings.sendTimeout()
				+ " (kiwi.amqp.send-timeout): " + (this.blocked ? "the broker blocks publishers"
						: (this.link.isOpen() ? "the broker does not read" : "there is no connection")));
	}

}

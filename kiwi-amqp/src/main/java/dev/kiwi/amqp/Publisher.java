package dev.kiwi.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.rabbitmq.client.Return;
import dev.kiwi.SendTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes, pipelined: nobody waits for a round trip, but for room where much is on its
 * way. Nothing waits beyond the send time-out. Thread-safe.
 */
final class Publisher {

	private static final Logger logger = LoggerFactory.getLogger(Publisher.class);

	private static final Duration RESEND = Duration.ofMillis(100);

	private static final Duration FLUSH = Duration.ofSeconds(5);

	private final AmqpSettings settings;

	private final ScheduledExecutorService timer;

	private final Window unconfirmed;

	private final Window unwritten;

	private final Writer writer;

	/** What the broker does not take for a moment, and gets again. */
	private final Set<Outgoing> refused = ConcurrentHashMap.newKeySet();

	/** Whether the timer looks for what takes too long: never while nothing is sent. */
	private final AtomicBoolean watching = new AtomicBoolean();

	private volatile Consumer<Return> returns = (nobody) -> {
	};

	/**
	 * A publisher.
	 * @param settings its windows and time-out
	 * @param link the connection that it publishes on
	 * @param timer gives up what takes too long
	 */
	Publisher(AmqpSettings settings, Link link, ScheduledExecutorService timer) {
		this.settings = settings;
		this.timer = timer;
		this.unconfirmed = new Window(settings.windowMessages(), settings.windowBytes());
		this.unwritten = new Window(settings.windowMessages(), settings.windowBytes());
		this.writer = new Writer(link, (connection) -> {
			Echo echo = new Echo(Link.channel(connection), System::nanoTime);
			return new Writer.Channels(ConfirmChannel.open(connection, this.unconfirmed, echo, this::refused),
					WordChannel.open(connection, this.unwritten, (returned) -> this.returns.accept(returned)), echo);
		});
	}

	/** Tells of calls that nobody takes. */
	void onReturned(Consumer<Return> listener) {
		this.returns = listener;
	}

	/**
	 * Publishes a message, waiting for room where its sender has to.
	 * @return completes when it is confirmed, or written where that is all
	 */
	CompletableFuture<Void> publish(Publication publication, String exchange, String routingKey, WireMessage message) {
		Duration timeout = this.settings.sendTimeout();
		Window window = publication.isConfirmed() ? this.unconfirmed : this.unwritten;
		Outgoing outgoing = new Outgoing(publication, exchange, routingKey, message,
				publication.isBounded() ? window : null, System.nanoTime() + timeout.toNanos());
		if (publication.isBounded() && !window.acquire(outgoing.bytes(), timeout)) {
			return CompletableFuture.failedFuture(timedOut(outgoing));
		}
		write(outgoing);
		return outgoing;
	}

	/** Whether the broker has said that it reads nothing that is published now. */
	boolean isBlocked() {
		return this.writer.isBlocked();
	}

	/** How many messages within the window wait for their confirm. */
	int unconfirmed() {
		return this.unconfirmed.messages();
	}

	/** Gives what is on its way some seconds to arrive. */
	void flush() {
		boolean open = this.writer.obstacle() == null;
		List<Outgoing> rest = outstanding();
		rest.removeIf((outgoing) -> !open && !outgoing.isConfirmed());
		try {
			CompletableFuture.allOf(rest.toArray(CompletableFuture[]::new))
				.get(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("Not all was sent before the end", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Abandons what is outstanding.
	 * @return closes the channels
	 */
	Runnable close() {
		Runnable closing = this.writer.close();
		this.refused.forEach(Outgoing::abandon);
		return closing;
	}

	private void write(Outgoing outgoing) {
		this.writer.write(outgoing);
		if (!outgoing.isDone() && !this.watching.get() && this.watching.compareAndSet(false, true)) {
			later(this.settings.sendTimeout().toNanos(), this::giveUp);
		}
	}

	/**
	 * As by a quorum queue that has no leader for a moment. What is refused is kept
	 * nowhere else.
	 */
	private void refused(List<Outgoing> nacked) {
		this.refused.addAll(nacked);
		later(RESEND.toNanos(), () -> nacked.forEach((outgoing) -> {
			this.writer.write(outgoing);
			this.refused.remove(outgoing);
		}));
	}

	private List<Outgoing> outstanding() {
		List<Outgoing> outstanding = new ArrayList<>(this.refused);
		outstanding.addAll(this.writer.outstanding());
		return outstanding;
	}

	/** All wait equally long: who comes later needs no look of its own. */
	private void giveUp() {
		long now = System.nanoTime();
		long next = Long.MAX_VALUE;
		for (Outgoing outgoing : outstanding()) {
			if (outgoing.rest(now) > 0) {
				next = Math.min(next, outgoing.rest(now));
			}
			else {
				outgoing.fail(timedOut(outgoing));
			}
		}
		this.writer.forget();
		if (next == Long.MAX_VALUE) {
			this.watching.set(false);
			boolean again = !outstanding().isEmpty() && this.watching.compareAndSet(false, true);
			next = again ? this.settings.sendTimeout().toNanos() : next;
		}
		if (next < Long.MAX_VALUE) {
			later(next, this::giveUp);
		}
	}

	private void later(long nanos, Runnable action) {
		try {
			this.timer.schedule(action, nanos, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The transport is closed, and all that it was to send abandoned", ex);
		}
	}

	private SendTimeoutException timedOut(Outgoing outgoing) {
		String obstacle = this.writer.obstacle();
		String why = outgoing.isConfirmed() ? "the broker did not confirm it in time" : "the broker does not read";
		return new SendTimeoutException(outgoing.what() + " was not "
				+ (outgoing.isConfirmed() ? "confirmed" : "written") + " within " + this.settings.sendTimeout()
				+ " (kiwi.amqp.send-timeout): " + ((obstacle != null) ? obstacle : why));
	}

}

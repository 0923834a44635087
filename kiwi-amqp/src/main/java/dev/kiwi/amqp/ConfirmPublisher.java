package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.UnroutableException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with confirms, pipelined: the calling thread writes, nobody waits for a round
 * trip. What cannot be written, because the connection is away or blocked, waits here up
 * to its deadline.
 */
final class ConfirmPublisher {

	private static final Duration SWEEP = Duration.ofMillis(200);

	private static final Duration RESEND = Duration.ofMillis(100);

	private final AmqpSettings settings;

	private final Link link;

	private final Window window;

	/** Guards the channel's writing side, the ring and what waits. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Outgoing> waiting = new ArrayDeque<>();

	private ConfirmRing unconfirmed = new ConfirmRing();

	private @Nullable Channel channel;

	private volatile @Nullable String blocked;

	private boolean closed;

	/**
	 * A publisher.
	 * @param settings its window and time-out
	 * @param link the connection that it publishes on
	 */
	ConfirmPublisher(AmqpSettings settings, Link link) {
		this.settings = settings;
		this.link = link;
		this.window = new Window(settings.windowMessages(), settings.windowBytes());
		link.onOpen(this::open);
	}

	/**
	 * Begins to give up what is over.
	 */
	void start(ScheduledExecutorService timer) {
		timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Publishes within the window, waiting for room.
	 */
	CompletableFuture<Void> publish(String exchange, String routingKey, boolean mandatory, BasicProperties properties,
			byte[] body) {
		Outgoing outgoing = outgoing(exchange, routingKey, mandatory, properties, body);
		if (!this.window.acquire(body.length, this.settings.sendTimeout())) {
			outgoing.fail(timedOut(outgoing, "there was no room among the unconfirmed messages"));
			return outgoing.confirmed();
		}
		outgoing.confirmed().whenComplete((nothing, failure) -> this.window.release(body.length));
		if (lockInTime()) {
			submitLocked(outgoing);
		}
		else {
			outgoing.fail(timedOut(outgoing, "the connection takes no bytes"));
		}
		return outgoing.confirmed();
	}

	/**
	 * Publishes on behalf of a delivery, whose prefetch bounds it already. Never waits.
	 */
	CompletableFuture<Void> publishUnbounded(String exchange, String routingKey, boolean mandatory,
			BasicProperties properties, byte[] body) {
		Outgoing outgoing = outgoing(exchange, routingKey, mandatory, properties, body);
		this.lock.lock();
		submitLocked(outgoing);
		return outgoing.confirmed();
	}

	void close() {
		try {
			this.window.awaitEmpty(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		Channel open;
		List<Outgoing> rest = new ArrayList<>();
		this.lock.lock();
		try {
			this.closed = true;
			open = this.channel;
			this.channel = null;
			rest.addAll(this.waiting);
			this.waiting.clear();
			rest.addAll(this.unconfirmed.takeAll());
		}
		finally {
			this.lock.unlock();
		}
		rest.forEach((outgoing) -> outgoing.fail(new CommunicatorClosedException(
				outgoing.what() + " was not confirmed before the communicator closed")));
		Link.closeQuietly(open);
	}

	private Outgoing outgoing(String exchange, String routingKey, boolean mandatory, BasicProperties properties,
			byte[] body) {
		return new Outgoing(exchange, routingKey, mandatory, properties, body,
				System.nanoTime() + this.settings.sendTimeout().toNanos());
	}

	/**
	 * Another thread may be held up within a write, with the lock, by a broker that
	 * stands still.
	 */
	private boolean lockInTime() {
		try {
			return this.lock.tryLock(this.settings.sendTimeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Takes the lock over and releases it. */
	private void submitLocked(Outgoing outgoing) {
		RuntimeException failure = null;
		try {
			if (outgoing.confirmed().isDone()) {
				return;
			}
			if (this.closed) {
				failure = new CommunicatorClosedException(outgoing.what() + " is not sent: the communicator is closed");
			}
			else if (this.channel == null || this.blocked != null || !this.waiting.isEmpty()) {
				this.waiting.add(outgoing);
			}
			else {
				write(this.channel, outgoing);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (failure != null) {
			outgoing.fail(failure);
		}
		else {
			this.link.need();
		}
	}

	/**
	 * With the lock. What fails here is failed, or written again, by the channel's
	 * shutdown.
	 */
	private void write(Channel channel, Outgoing outgoing) {
		long sequence = channel.getNextPublishSeqNo();
		this.unconfirmed.add(sequence, outgoing);
		try {
			channel.basicPublish(outgoing.exchange(), outgoing.routingKey(), outgoing.isMandatory(),
					outgoing.properties(), outgoing.body());
		}
		catch (AlreadyClosedException ex) {
			this.unconfirmed.take(sequence, false);
			this.waiting.add(outgoing);
		}
		catch (IOException ex) {
			// written in part, maybe: the shutdown listener fails it with the rest
			Link.closeQuietly(channel);
		}
	}

	/** On the link's thread, for each connection anew. */
	private void open(Connection connection) throws IOException {
		Channel opened = connection.createChannel();
		opened.confirmSelect();
		ConfirmRing ring = new ConfirmRing();
		opened.addConfirmListener((sequence, multiple) -> confirmed(ring, sequence, multiple),
				(sequence, multiple) -> refused(ring, sequence, multiple));
		opened.addReturnListener((returned) -> returned(ring, returned.getRoutingKey(), returned.getProperties(),
				returned.getReplyText()));
		connection.addBlockedListener((reason) -> this.blocked = reason, () -> {
			this.blocked = null;
			this.link.execute(this::flush);
		});
		opened.addShutdownListener((cause) -> closed(opened, ring, cause));
		this.lock.lock();
		try {
			this.unconfirmed = ring;
			this.channel = opened;
			this.blocked = null;
		}
		finally {
			this.lock.unlock();
		}
		flush();
	}

	private void flush() {
		this.lock.lock();
		try {
			while (this.channel != null && this.blocked == null && !this.waiting.isEmpty()) {
				Outgoing next = this.waiting.remove();
				if (!next.confirmed().isDone()) {
					write(this.channel, next);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void confirmed(ConfirmRing ring, long sequence, boolean multiple) {
		take(ring, sequence, multiple).forEach(Outgoing::confirm);
	}

	/**
	 * As by a quorum queue that has no leader for a moment. What is refused is kept
	 * nowhere.
	 */
	private void refused(ConfirmRing ring, long sequence, boolean multiple) {
		List<Outgoing> refused = take(ring, sequence, multiple);
		boolean open = this.link.executeAfter(RESEND, () -> refused.forEach((outgoing) -> {
			this.lock.lock();
			submitLocked(outgoing);
		}));
		if (!open) {
			refused.forEach((outgoing) -> outgoing
				.fail(new DeliveryFailedException(outgoing.what() + " was refused by the broker (nack)")));
		}
	}

	private List<Outgoing> take(ConfirmRing ring, long sequence, boolean multiple) {
		this.lock.lock();
		try {
			return ring.take(sequence, multiple);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void returned(ConfirmRing ring, String routingKey, BasicProperties properties, String reason) {
		this.lock.lock();
		try {
			Outgoing outgoing = ring.find((candidate) -> candidate.isReturnedAs(routingKey, properties));
			if (outgoing != null) {
				outgoing.returned(new UnroutableException(
						outgoing.what() + " was returned by the broker (" + reason + "): there is no such queue"));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void closed(Channel former, ConfirmRing ring, Throwable cause) {
		List<Outgoing> lost;
		boolean ours;
		this.lock.lock();
		try {
			ours = this.channel == former;
			if (ours) {
				this.channel = null;
			}
			lost = ring.takeAll();
		}
		finally {
			this.lock.unlock();
		}
		for (Outgoing outgoing : lost) {
			outgoing.fail(new ConnectionLostException(
					outgoing.what()
							+ " was written but not confirmed when the connection broke: it may have arrived or not",
					cause));
		}
		if (ours) {
			this.link.reopen(former, cause);
		}
	}

	private void sweep() {
		long now = System.nanoTime();
		List<Outgoing> over = new ArrayList<>();
		String why;
		if (!this.lock.tryLock()) {
			return;
		}
		try {
			why = (this.blocked != null) ? "the broker blocks publishers: " + this.blocked
					: (this.channel == null) ? "there is no connection" : "the broker did not confirm it";
			for (Iterator<Outgoing> all = this.waiting.iterator(); all.hasNext();) {
				Outgoing outgoing = all.next();
				if (outgoing.isOver(now)) {
					all.remove();
					over.add(outgoing);
				}
			}
			over.addAll(this.unconfirmed.all((outgoing) -> outgoing.isOver(now) && !outgoing.confirmed().isDone()));
		}
		finally {
			this.lock.unlock();
		}
		over.forEach((outgoing) -> outgoing.fail(timedOut(outgoing, why)));
	}

	private SendTimeoutException timedOut(Outgoing outgoing, String why) {
		return new SendTimeoutException(outgoing.what() + " was not confirmed within " + this.settings.sendTimeout()
				+ " (kiwi.amqp.send-timeout): " + why);
	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.UnroutableException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with confirms, pipelined: nobody waits for a round trip. One thread writes,
 * and holds no lock meanwhile: a broker that stands still holds up that thread alone.
 * What cannot be written, because the connection is away or blocked, waits up to its
 * deadline.
 */
final class ConfirmPublisher {

	private static final Duration SWEEP = Duration.ofMillis(200);

	private static final Duration RESEND = Duration.ofMillis(100);

	private final AmqpSettings settings;

	private final Link link;

	private final Window window;

	/** Guards the ring and what waits, never held while writing. */
	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Outgoing> waiting = new ArrayDeque<>();

	private ConfirmRing unconfirmed = new ConfirmRing();

	/** One object, so that the user's connection does not collect more of them. */
	private final BlockedListener blocking = new BlockedListener() {

		@Override
		public void handleBlocked(String reason) {
			ConfirmPublisher.this.blocked = reason;
		}

		@Override
		public void handleUnblocked() {
			ConfirmPublisher.this.blocked = null;
			ConfirmPublisher.this.link.execute(ConfirmPublisher.this::write);
		}

	};

	private boolean writing;

	/** Of the writing thread. */
	private @Nullable Outgoing current;

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
			outgoing.fail(timedOut(outgoing, "the window of unconfirmed messages is full, " + why()));
			return outgoing.confirmed();
		}
		outgoing.confirmed().whenComplete((nothing, failure) -> this.window.release(body.length));
		submit(outgoing);
		return outgoing.confirmed();
	}

	/**
	 * Publishes on behalf of a delivery, whose prefetch bounds it already. Never waits.
	 */
	CompletableFuture<Void> publishUnbounded(String exchange, String routingKey, boolean mandatory,
			BasicProperties properties, byte[] body) {
		Outgoing outgoing = outgoing(exchange, routingKey, mandatory, properties, body);
		submit(outgoing);
		return outgoing.confirmed();
	}

	/** Whether the broker has said that it reads nothing that is published now. */
	boolean isBlocked() {
		return this.blocked != null;
	}

	/** How many messages within the window wait for their confirm. */
	int unconfirmed() {
		return this.window.messages();
	}

	/**
	 * Fails what is not confirmed after some seconds.
	 * @return the channel, for the caller to close
	 */
	@Nullable Channel close() {
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
		if (open != null) {
			open.getConnection().removeBlockedListener(this.blocking);
		}
		rest.forEach((outgoing) -> outgoing.fail(new CommunicatorClosedException(
				outgoing.what() + " was not confirmed before the communicator closed")));
		return open;
	}

	private Outgoing outgoing(String exchange, String routingKey, boolean mandatory, BasicProperties properties,
			byte[] body) {
		return new Outgoing(exchange, routingKey, mandatory, properties, body,
				System.nanoTime() + this.settings.sendTimeout().toNanos());
	}

	private void submit(Outgoing outgoing) {
		boolean open;
		boolean write = false;
		this.lock.lock();
		try {
			open = !this.closed;
			if (open) {
				this.waiting.add(outgoing);
				write = !this.writing;
				this.writing = true;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (!open) {
			outgoing
				.fail(new CommunicatorClosedException(outgoing.what() + " is not sent: the communicator is closed"));
		}
		else if (write) {
			this.link.need();
			this.link.execute(this::write);
		}
	}

	/** On the link's thread, which alone writes. */
	private void write() {
		for (Channel open = next(); open != null; open = next()) {
			Outgoing outgoing = Objects.requireNonNull(this.current);
			try {
				open.basicPublish(outgoing.exchange(), outgoing.routingKey(), outgoing.isMandatory(),
						outgoing.properties(), outgoing.body());
			}
			catch (AlreadyClosedException | IOException ex) {
				// the shutdown listener fails it with the rest: it may have been written
				// in part
				Link.closeQuietly(open);
			}
			catch (RuntimeException ex) {
				// it took a number that the broker never counted: only another channel
				// counts right
				outgoing
					.fail(new DeliveryFailedException(outgoing.what() + " cannot be written: " + ex.getMessage(), ex));
				Link.closeQuietly(open);
			}
		}
	}

	/** Takes the next message into the ring, where its confirm will find it. */
	private @Nullable Channel next() {
		this.lock.lock();
		try {
			Outgoing outgoing = this.waiting.peek();
			while (outgoing != null && outgoing.confirmed().isDone()) {
				this.waiting.remove();
				outgoing = this.waiting.peek();
			}
			if (outgoing == null || this.channel == null || this.blocked != null || !this.channel.isOpen()) {
				this.writing = false;
				return null;
			}
			this.waiting.remove();
			this.unconfirmed.add(this.channel.getNextPublishSeqNo(), outgoing);
			this.current = outgoing;
			return this.channel;
		}
		finally {
			this.lock.unlock();
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
		connection.removeBlockedListener(this.blocking);
		connection.addBlockedListener(this.blocking);
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
		write();
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
		boolean open = this.link.executeAfter(RESEND, () -> refused.forEach(this::submit));
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
			outgoing.fail(new ConnectionLostException(outgoing.what()
					+ " was written but not confirmed when the connection broke: it may have arrived or not ("
					+ Refusals.text(cause) + ")", cause));
		}
		if (ours) {
			this.link.reopen(former, cause);
		}
	}

	private void sweep() {
		long now = System.nanoTime();
		List<Outgoing> over = new ArrayList<>();
		String why;
		this.lock.lock();
		try {
			why = why();
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

	/** Why nothing is confirmed. */
	private String why() {
		String alarm = this.blocked;
		if (alarm != null) {
			return "the broker blocks publishers: " + alarm;
		}
		return this.link.isOpen() ? "the broker did not confirm in time" : "there is no connection";
	}

	private SendTimeoutException timedOut(Outgoing outgoing, String why) {
		return new SendTimeoutException(outgoing.what() + " was not confirmed within " + this.settings.sendTimeout()
				+ " (kiwi.amqp.send-timeout): " + why);
	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.SendTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with confirms, pipelined: nobody waits for a round trip. Whoever sends writes
 * it, as long as the connection's buffers take it for sure; all else is written by the
 * link's thread, so that a broker that stands still holds up that thread alone. One
 * writes at a time, and holds no lock meanwhile that a sender would wait for. What cannot
 * be written, because the connection is away or blocked, waits up to its deadline.
 */
final class ConfirmPublisher {

	private static final Duration RESEND = Duration.ofMillis(100);

	/**
	 * How many bytes the broker may not have confirmed where a sender writes itself. What
	 * is confirmed was read; so much more than that the buffers of a TCP connection hold.
	 */
	private static final int BUFFERED = 64 * 1024;

	/** How many messages a sender writes before the link's thread goes on. */
	private static final int SHARE = 16;

	private static final int ALL = Integer.MAX_VALUE;

	private final AmqpSettings settings;

	private final Link link;

	private final Window window;

	private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();

	/** Whether somebody writes, or has been asked to. */
	private final AtomicBoolean writing = new AtomicBoolean();

	/** One object, so that the user's connection does not collect more of them. */
	private final BlockedListener blocking = new BlockedListener() {

		@Override
		public void handleBlocked(String reason) {
			ConfirmPublisher.this.blocked = reason;
		}

		@Override
		public void handleUnblocked() {
			ConfirmPublisher.this.blocked = null;
			ConfirmPublisher.this.link.execute(ConfirmPublisher.this::resume);
		}

	};

	private final AtomicReference<@Nullable ConfirmChannel> channel = new AtomicReference<>();

	private volatile @Nullable String blocked;

	private volatile boolean closed;

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
	 * Publishes within the window, waiting for room.
	 */
	CompletableFuture<Void> publish(String exchange, String routingKey, boolean mandatory, BasicProperties properties,
			byte[] body) {
		Outgoing outgoing = outgoing(exchange, routingKey, mandatory, properties, body, this.window);
		if (!this.window.acquire(body.length, this.settings.sendTimeout())) {
			return CompletableFuture
				.failedFuture(timedOut(outgoing, "the window of unconfirmed messages is full, " + why()));
		}
		submit(outgoing);
		return outgoing;
	}

	/**
	 * Publishes on behalf of a delivery, whose prefetch bounds it already. Never waits.
	 */
	CompletableFuture<Void> publishUnbounded(String exchange, String routingKey, boolean mandatory,
			BasicProperties properties, byte[] body) {
		Outgoing outgoing = outgoing(exchange, routingKey, mandatory, properties, body, null);
		submit(outgoing);
		return outgoing;
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
		this.closed = true;
		ConfirmChannel open = this.channel.getAndSet(null);
		List<Outgoing> rest = new ArrayList<>();
		for (Outgoing next = this.waiting.poll(); next != null; next = this.waiting.poll()) {
			rest.add(next);
		}
		if (open != null) {
			rest.addAll(open.takeAll());
			open.channel().getConnection().removeBlockedListener(this.blocking);
		}
		rest.forEach((outgoing) -> outgoing.fail(new CommunicatorClosedException(
				outgoing.what() + " was not confirmed before the communicator closed")));
		return (open != null) ? open.channel() : null;
	}

	private Outgoing outgoing(String exchange, String routingKey, boolean mandatory, BasicProperties properties,
			byte[] body, @Nullable Window window) {
		return new Outgoing(exchange, routingKey, mandatory, properties, body, window,
				System.nanoTime() + this.settings.sendTimeout().toNanos());
	}

	private void submit(Outgoing outgoing) {
		this.waiting.add(outgoing);
		if (this.closed && this.waiting.remove(outgoing)) {
			outgoing
				.fail(new CommunicatorClosedException(outgoing.what() + " is not sent: the communicator is closed"));
		}
		else if (this.writing.compareAndSet(false, true)) {
			writeShare();
		}
	}

	/** On the sender's thread, unless that could be held up. */
	private void writeShare() {
		if (!this.link.writing().tryLock()) {
			this.link.execute(this::write);
			return;
		}
		try {
			write(SHARE);
		}
		finally {
			this.link.writing().unlock();
		}
	}

	/** On the link's thread, whatever there is. */
	private void write() {
		write(ALL);
	}

	/**
	 * By whoever has set the flag.
	 * @param most how many messages; all of them only by the link's thread, which may be
	 * held up
	 */
	private void write(int most) {
		int written = 0;
		do {
			Outgoing outgoing = first();
			ConfirmChannel open = open();
			while (outgoing != null && open != null) {
				if (written == most || (most < ALL && !isBuffered(open, outgoing))) {
					this.link.execute(this::write);
					return;
				}
				if (open.add(outgoing)) {
					this.waiting.remove(outgoing);
					if (!write(open, outgoing)) {
						return;
					}
					written++;
				}
				outgoing = first();
				open = open();
			}
			this.writing.set(false);
			// whoever sent meanwhile has left it to this thread
		}
		while (!this.waiting.isEmpty() && open() != null && this.writing.compareAndSet(false, true));
		if (this.channel.get() == null) {
			this.link.need();
		}
	}

	private boolean write(ConfirmChannel open, Outgoing outgoing) {
		try {
			open.write(outgoing);
			return true;
		}
		catch (AlreadyClosedException | IOException ex) {
			// the shutdown listener fails it with the rest: it may have been written in
			// part
			discard(open);
		}
		catch (RuntimeException ex) {
			// it took a number that the broker never counted: only another channel counts
			// right
			outgoing.fail(new DeliveryFailedException(outgoing.what() + " cannot be written: " + ex.getMessage(), ex));
			discard(open);
		}
		return false;
	}

	/** Nobody writes before it is closed, for which the broker is asked. */
	private void discard(ConfirmChannel broken) {
		this.link.execute(() -> {
			Link.closeQuietly(broken.channel());
			write();
		});
	}

	private @Nullable Outgoing first() {
		Outgoing first = this.waiting.peek();
		while (first != null && first.isDone()) {
			this.waiting.remove(first);
			first = this.waiting.peek();
		}
		return first;
	}

	/** The channel, if the broker reads what is written to it. */
	private @Nullable ConfirmChannel open() {
		ConfirmChannel open = this.channel.get();
		return (open != null && this.blocked == null && open.isOpen()) ? open : null;
	}

	private static boolean isBuffered(ConfirmChannel open, Outgoing outgoing) {
		return open.unconfirmedBytes() + outgoing.size() <= BUFFERED && open.isPrompt();
	}

	/** What was not possible is possible again. */
	private void resume() {
		if (this.writing.compareAndSet(false, true)) {
			write();
		}
	}

	/** On the link's thread, for each connection anew. */
	private void open(Connection connection) throws IOException {
		ConfirmChannel opened = ConfirmChannel.open(connection, this::confirmed, this::refused);
		connection.removeBlockedListener(this.blocking);
		connection.addBlockedListener(this.blocking);
		this.blocked = null;
		this.channel.set(opened);
		opened.onClosed((cause) -> {
			if (this.channel.compareAndSet(opened, null)) {
				this.link.reopen(opened.channel(), cause);
			}
		});
		resume();
	}

	private void confirmed(List<Outgoing> confirmed) {
		int messages = 0;
		long bytes = 0;
		for (Outgoing outgoing : confirmed) {
			if (outgoing.confirm()) {
				messages++;
				bytes += outgoing.body().length;
			}
		}
		this.window.release(messages, bytes);
	}

	/**
	 * As by a quorum queue that has no leader for a moment. What is refused is kept
	 * nowhere.
	 */
	private void refused(List<Outgoing> refused) {
		boolean open = this.link.executeAfter(RESEND, () -> refused.forEach(this::submit));
		if (!open) {
			refused.forEach((outgoing) -> outgoing
				.fail(new DeliveryFailedException(outgoing.what() + " was refused by the broker (nack)")));
		}
	}

	/** Gives up what is over. */
	void sweep() {
		long now = System.nanoTime();
		String why = why();
		List<Outgoing> over = new ArrayList<>();
		for (Iterator<Outgoing> all = this.waiting.iterator(); all.hasNext();) {
			Outgoing outgoing = all.next();
			if (outgoing.isOver(now)) {
				all.remove();
				over.add(outgoing);
			}
		}
		ConfirmChannel open = this.channel.get();
		if (open != null) {
			over.addAll(open.over(now));
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

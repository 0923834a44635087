package dev.kiwi.amqp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is published on one link, in the order of its coming, one message at a
 * time. Whoever brings a message writes it, as long as the connection's buffers take it
 * for sure; all else is written by the link's thread, so that a broker that stands still
 * holds up that thread alone. What cannot be written, because the connection is away or
 * blocked, waits.
 */
final class Writer {

	/** How many messages a sender writes before the link's thread goes on. */
	private static final int SHARE = 16;

	private static final int ALL = Integer.MAX_VALUE;

	private final Link link;

	private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();

	/** Whether somebody writes, or has been asked to. */
	private final AtomicBoolean writing = new AtomicBoolean();

	/** One object, so that the user's connection does not collect more of them. */
	private final BlockedListener blocking = new BlockedListener() {

		@Override
		public void handleBlocked(String reason) {
			Writer.this.blocked = reason;
		}

		@Override
		public void handleUnblocked() {
			Writer.this.blocked = null;
			Writer.this.link.execute(Writer.this::resume);
		}

	};

	private volatile @Nullable Channels channels;

	private volatile @Nullable String blocked;

	private volatile boolean closed;

	/**
	 * A writer.
	 * @param link the connection that it writes on
	 * @param opener opens its channels, for each connection anew
	 */
	Writer(Link link, Opener opener) {
		this.link = link;
		link.onOpen((connection) -> open(connection, opener.open(connection)));
	}

	/** Takes a message. Never waits for the broker. */
	void write(Outgoing outgoing) {
		this.waiting.add(outgoing);
		if (this.closed) {
			outgoing.abandon();
		}
		else if (this.writing.compareAndSet(false, true)) {
			write(SHARE);
		}
	}

	/** Why nothing is written now, or null. */
	@Nullable String obstacle() {
		String alarm = this.blocked;
		if (alarm != null) {
			return "the broker blocks publishers: " + alarm;
		}
		return this.link.isOpen() ? null : "there is no connection";
	}

	/** Whether the broker has said that it reads nothing that is published now. */
	boolean isBlocked() {
		return this.blocked != null;
	}

	/** What is neither written nor confirmed, as far as it is to be. */
	List<Outgoing> outstanding() {
		// in this order, as what is written goes from here to there
		List<Outgoing> outstanding = new ArrayList<>(this.waiting);
		Channels open = this.channels;
		if (open != null) {
			outstanding.addAll(open.confirming().unconfirmed());
		}
		outstanding.removeIf(Outgoing::isDone);
		return outstanding;
	}

	/** Lets go of what was given up before it was written. */
	void forget() {
		this.waiting.removeIf(Outgoing::isDone);
	}

	/**
	 * Takes no more, and abandons what is outstanding.
	 * @return closes the channels
	 */
	Runnable close() {
		this.closed = true;
		outstanding().forEach(Outgoing::abandon);
		Channels open = this.channels;
		this.channels = null;
		if (open == null) {
			return () -> {
			};
		}
		open.confirming().channel().getConnection().removeBlockedListener(this.blocking);
		return open::close;
	}

	/**
	 * By whoever has set the flag.
	 * @param most how many messages; all of them only by the link's thread, which may be
	 * held up
	 */
	private void write(int most) {
		int written = 0;
		do {
			Outgoing next = next();
			Channels open = open();
			while (next != null && open != null) {
				if (most < ALL && (written == most || !open.echo().isSureOf(next.size()))) {
					this.link.execute(() -> write(ALL));
					return;
				}
				if (!write(open, next)) {
					return;
				}
				written++;
				next = next();
				open = open();
			}
			this.writing.set(false);
			// whoever came meanwhile has left it to this thread
		}
		while (!this.waiting.isEmpty() && open() != null && this.writing.compareAndSet(false, true));
		if (this.channels == null) {
			this.link.need();
		}
	}

	/** Whether more can be written. */
	private boolean write(Channels open, Outgoing outgoing) {
		OutgoingChannel channel = open.of(outgoing);
		try {
			outgoing.endsAt(open.echo().write(outgoing.size()));
			if (channel.write(outgoing)) {
				this.waiting.remove(outgoing);
			}
			if (!outgoing.isConfirmed()) {
				open.echo().ask();
			}
			return true;
		}
		catch (AlreadyClosedException | IOException ex) {
			this.waiting.remove(outgoing);
			// nobody writes before it is closed, for which the broker is asked
			this.link.execute(() -> {
				Link.closeQuietly(channel.channel());
				write(ALL);
			});
			return false;
		}
	}

	/** The first that somebody still waits for. */
	private @Nullable Outgoing next() {
		Outgoing first = this.waiting.peek();
		while (first != null && first.isDone()) {
			this.waiting.remove(first);
			first = this.waiting.peek();
		}
		return first;
	}

	/** The channels, if the broker reads what is written to them. */
	private @Nullable Channels open() {
		Channels open = this.channels;
		return (open != null && this.blocked == null && open.isOpen()) ? open : null;
	}

	/** What was not possible is possible again. */
	private void resume() {
		if (this.writing.compareAndSet(false, true)) {
			write(ALL);
		}
	}

	/** On the link's thread. */
	private void open(Connection connection, Channels opened) {
		connection.removeBlockedListener(this.blocking);
		connection.addBlockedListener(this.blocking);
		this.blocked = null;
		this.channels = opened;
		opened.all().forEach((channel) -> channel.addShutdownListener((cause) -> lost(opened, cause)));
		resume();
	}

	/** They come and go together. */
	private void lost(Channels former, Throwable cause) {
		if (former == this.channels) {
			this.channels = null;
			this.link.execute(former::close);
			this.link.drop(former.confirming().channel().getConnection(), cause);
		}
	}

	/**
	 * What it writes to on one connection.
	 *
	 * @param confirming for what is confirmed
	 * @param words for what is not
	 * @param echo tells what the broker has read of both
	 */
	record Channels(OutgoingChannel confirming, OutgoingChannel words, Echo echo) {

		OutgoingChannel of(Outgoing outgoing) {
			return outgoing.isConfirmed() ? this.confirming : this.words;
		}

		List<Channel> all() {
			return List.of(this.confirming.channel(), this.words.channel(), this.echo.channel());
		}

		void close() {
			all().forEach(Link::closeQuietly);
		}

		boolean isOpen() {
			return this.confirming.channel().isOpen() && this.words.channel().isOpen();
		}

	}

	/**
	 * Opens channels.
	 */
	@FunctionalInterface
	interface Opener {

		Channels open(Connection connection) throws IOException;

	}

}

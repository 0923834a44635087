package dev.kiwi.amqp;

import java.io.IOException;
import java.util.function.LongSupplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;

/**
 * How much of what was written on a connection its broker has read, for all that is
 * known: what is confirmed was read, and all before it. Where nothing will be confirmed
 * the broker is asked for an answer now and then, which says the same; on a channel of
 * its own, as who writes holds a channel's lock, and whoever reads the answer must not
 * wait for that.
 */
final class Echo {

	/**
	 * How many bytes may be unread where a sender writes itself. So much more than that
	 * the buffers of a TCP connection hold.
	 */
	private static final int BUFFERED = 64 * 1024;

	private static final int ASK_BYTES = 16 * 1024;

	private static final long ASK_NANOS = 100_000_000;

	/**
	 * A broker that was not heard of for longer may have ceased to read, and others on
	 * the connection may have filled its buffers.
	 */
	private static final long PROMPT_NANOS = 200_000_000;

	private static final AMQP.Basic.Qos QUESTION = new AMQP.Basic.Qos.Builder().build();

	private final Channel channel;

	private final LongSupplier clock;

	private volatile long read;

	/** When it was heard last, or owed nothing. */
	private volatile long heardAt;

	/** The rest is of the one thread that writes. */
	private long written;

	private long asked;

	private long askedAt;

	/**
	 * The echo of a connection on which nothing was published yet.
	 * @param channel of its own
	 * @param clock as {@link System#nanoTime()}
	 */
	Echo(Channel channel, LongSupplier clock) {
		this.channel = channel;
		this.clock = clock;
		this.heardAt = clock.getAsLong();
		this.askedAt = this.heardAt - ASK_NANOS;
	}

	/** Whether the connection's buffers take so many bytes for sure. */
	boolean isSureOf(int bytes) {
		long unread = this.written - this.read;
		return unread + bytes <= BUFFERED && (unread == 0 || this.clock.getAsLong() - this.heardAt < PROMPT_NANOS);
	}

	/**
	 * Counts what is about to be written.
	 * @return where it ends, to be told when it was read
	 */
	long write(int bytes) {
		if (this.read == this.written) {
			this.heardAt = this.clock.getAsLong();
		}
		this.written += bytes;
		return this.written;
	}

	/** Asks where it is time to. */
	void ask() throws IOException {
		if (this.read >= this.asked
				&& (this.written - this.asked >= ASK_BYTES || this.clock.getAsLong() - this.askedAt >= ASK_NANOS)) {
			long end = this.written;
			this.asked = end;
			this.askedAt = this.clock.getAsLong();
			this.channel.asyncCompletableRpc(QUESTION).thenRun(() -> heard(end));
		}
	}

	/** All up to there was read. Called by the connection's thread alone. */
	void heard(long end) {
		if (end > this.read) {
			this.heardAt = this.clock.getAsLong();
			this.read = end;
		}
	}

	Channel channel() {
		return this.channel;
	}

}

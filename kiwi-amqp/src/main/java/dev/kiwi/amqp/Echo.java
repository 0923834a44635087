package dev.kiwi.amqp;

import java.io.IOException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;

/**
 * How much of what was written on a connection its broker has read, for all that is
 * known. It is asked for an answer again and again, which says that all before was read;
 * on a channel of its own, as who writes holds a channel's lock, and whoever reads the
 * answer must not wait for that.
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
	 * A broker that owes an answer for longer may have ceased to read, and others on the
	 * connection may have filled its buffers.
	 */
	private static final long PROMPT_NANOS = 200_000_000;

	private static final AMQP.Basic.Qos QUESTION = new AMQP.Basic.Qos.Builder().build();

	private final Channel channel;

	/** The rest is of the one thread that writes. */
	private volatile long read;

	private long written;

	private long asked;

	private long askedAt = System.nanoTime() - ASK_NANOS;

	private Echo(Channel channel) {
		this.channel = channel;
	}

	static Echo open(Connection connection) throws IOException {
		return new Echo(Link.channel(connection));
	}

	/** Whether the connection's buffers take so many bytes for sure. */
	boolean isSureOf(int bytes) {
		long known = this.read;
		return this.written + bytes - known <= BUFFERED
				&& (known == this.asked || System.nanoTime() - this.askedAt < PROMPT_NANOS);
	}

	/** Counts what was written, and asks where it is time to. */
	void wrote(int bytes) throws IOException {
		this.written += bytes;
		if (this.read == this.asked
				&& (this.written - this.asked >= ASK_BYTES || System.nanoTime() - this.askedAt >= ASK_NANOS)) {
			long mark = this.written;
			this.asked = mark;
			this.askedAt = System.nanoTime();
			this.channel.asyncCompletableRpc(QUESTION).thenRun(() -> this.read = mark);
		}
	}

	Channel channel() {
		return this.channel;
	}

}

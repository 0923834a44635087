package dev.kiwi.amqp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.UnroutableException;

/**
 * One channel that publishes with confirms, and what is unconfirmed on it. One thread at
 * a time writes; the lock is never held meanwhile.
 */
final class ConfirmChannel {

	private static final long PROMPT_NANOS = 200_000_000;

	private final Channel channel;

	private final ReentrantLock lock = new ReentrantLock();

	private final ConfirmRing unconfirmed = new ConfirmRing();

	private boolean closed;

	private ConfirmChannel(Channel channel) {
		this.channel = channel;
	}

	/**
	 * Opens a channel.
	 * @param confirmed takes what a confirm speaks of
	 * @param refused takes what a queue without a leader refused; it is kept nowhere
	 */
	static ConfirmChannel open(Connection connection, Consumer<List<Outgoing>> confirmed,
			Consumer<List<Outgoing>> refused) throws IOException {
		Channel channel = connection.createChannel();
		channel.confirmSelect();
		ConfirmChannel opened = new ConfirmChannel(channel);
		channel.addConfirmListener((sequence, multiple) -> confirmed.accept(opened.take(sequence, multiple)),
				(sequence, multiple) -> refused.accept(opened.take(sequence, multiple)));
		channel.addReturnListener((returned) -> opened.returned(returned.getRoutingKey(), returned.getProperties(),
				returned.getReplyText()));
		return opened;
	}

	/** Calls back at its end, when what was unconfirmed has failed. */
	void onClosed(Consumer<Throwable> action) {
		this.channel.addShutdownListener((cause) -> {
			close(cause);
			action.accept(cause);
		});
	}

	Channel channel() {
		return this.channel;
	}

	boolean isOpen() {
		return this.channel.isOpen();
	}

	/** About how many bytes were written and are not confirmed. */
	long unconfirmedBytes() {
		this.lock.lock();
		try {
			return this.unconfirmed.bytes();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether the broker reads, for all that is known: a message that is long unconfirmed
	 * says that it may not, and others on the connection may have filled its buffers.
	 */
	boolean isPrompt() {
		this.lock.lock();
		try {
			Outgoing oldest = this.unconfirmed.find((outgoing) -> true);
			return oldest == null || oldest.age() < PROMPT_NANOS;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes a message into the ring, where its confirm will find it.
	 * @return false where the channel is closed
	 */
	boolean add(Outgoing outgoing) {
		this.lock.lock();
		try {
			if (!this.closed) {
				this.unconfirmed.add(this.channel.getNextPublishSeqNo(), outgoing);
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Writes what was added last. */
	void write(Outgoing outgoing) throws IOException {
		this.channel.basicPublish(outgoing.exchange(), outgoing.routingKey(), outgoing.isMandatory(),
				outgoing.properties(), outgoing.body());
	}

	/** What has waited for too long. */
	List<Outgoing> over(long now) {
		this.lock.lock();
		try {
			return this.unconfirmed.all((outgoing) -> outgoing.isOver(now) && !outgoing.isDone());
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Takes all, which nobody will confirm. */
	List<Outgoing> takeAll() {
		this.lock.lock();
		try {
			this.closed = true;
			return this.unconfirmed.takeAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private List<Outgoing> take(long sequence, boolean multiple) {
		this.lock.lock();
		try {
			return this.unconfirmed.take(sequence, multiple);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void returned(String routingKey, BasicProperties properties, String reason) {
		this.lock.lock();
		try {
			Outgoing outgoing = this.unconfirmed.find((candidate) -> candidate.isReturnedAs(routingKey, properties));
			if (outgoing != null) {
				outgoing.returned(new UnroutableException(
						outgoing.what() + " was returned by the broker (" + reason + "): there is no such queue"));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void close(Throwable cause) {
		for (Outgoing outgoing : takeAll()) {
			outgoing.fail(new ConnectionLostException(outgoing.what()
					+ " was written but not confirmed when the connection broke: it may have arrived or not ("
					+ Refusals.text(cause) + ")", cause));
		}
	}

}

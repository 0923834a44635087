package dev.kiwi.amqp;

import java.io.IOException;
import java.util.TreeSet;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges what is done on one channel, several with one frame where they follow each
 * other: at once when nothing else is out, else at the next tick or when a quarter of the
 * prefetch is done.
 */
final class Acknowledgements {

	private static final Logger logger = LoggerFactory.getLogger(Acknowledgements.class);

	private final Channel channel;

	private final int batch;

	private final Ticker ticker;

	private final TreeSet<Long> out = new TreeSet<>();

	private final TreeSet<Long> done = new TreeSet<>();

	private boolean ticking;

	Acknowledgements(Channel channel, int prefetch, Ticker ticker) {
		this.channel = channel;
		this.batch = Math.max(1, prefetch / 4);
		this.ticker = ticker;
	}

	synchronized void received(long tag) {
		this.out.add(tag);
	}

	synchronized void done(long tag) {
		this.out.remove(tag);
		this.done.add(tag);
		if (this.out.isEmpty() || this.done.size() >= this.batch) {
			flush();
		}
		else if (!this.ticking) {
			this.ticking = true;
			this.ticker.soon(this::tick);
		}
	}

	synchronized void giveBack(long tag) {
		try {
			// before an acknowledgement of several could take this one with it
			this.channel.basicNack(tag, false, true);
		}
		catch (IOException | AlreadyClosedException ex) {
			logger.debug("A closed channel has given everything back already", ex);
		}
		this.out.remove(tag);
		if (this.out.isEmpty()) {
			flush();
		}
	}

	synchronized void flush() {
		try {
			// all up to the first that is still out with one frame, the others one by one
			Long prefix = this.out.isEmpty() ? (this.done.isEmpty() ? null : this.done.last())
					: this.done.lower(this.out.first());
			if (prefix != null) {
				this.channel.basicAck(prefix, true);
				this.done.headSet(prefix, true).clear();
			}
			for (long tag : this.done) {
				this.channel.basicAck(tag, false);
			}
		}
		catch (IOException | AlreadyClosedException ex) {
			logger.debug("A closed channel acknowledges nothing, its messages come again", ex);
		}
		this.done.clear();
	}

	private synchronized void tick() {
		this.ticking = false;
		flush();
	}

	/**
	 * Runs something very soon.
	 */
	@FunctionalInterface
	interface Ticker {

		void soon(Runnable action);

	}

}

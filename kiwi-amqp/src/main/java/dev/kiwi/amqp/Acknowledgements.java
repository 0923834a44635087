package dev.kiwi.amqp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges what is done on one channel, several with one frame where they follow each
 * other: at the next tick, or when a quarter of the prefetch is done.
 */
final class Acknowledgements {

	private static final Logger logger = LoggerFactory.getLogger(Acknowledgements.class);

	private final Channel channel;

	private final int batch;

	private final Ticker ticker;

	/** In the order of their delivery, which is that of the tags. */
	private final LinkedHashSet<Long> out = new LinkedHashSet<>();

	private final List<Long> done = new ArrayList<>();

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
		if (this.done.size() >= this.batch) {
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
	}

	synchronized void flush() {
		try {
			// all before the first that is still out with one frame, the others one by
			// one
			long firstOut = this.out.isEmpty() ? Long.MAX_VALUE : this.out.iterator().next();
			long prefix = 0;
			for (long tag : this.done) {
				if (tag < firstOut) {
					prefix = Math.max(prefix, tag);
				}
				else {
					this.channel.basicAck(tag, false);
				}
			}
			if (prefix > 0) {
				this.channel.basicAck(prefix, true);
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

package dev.kiwi.benchmarks.rabbit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;

import com.rabbitmq.client.Channel;

/**
 * Acknowledges the contiguous prefix of what is done with one frame, when enough of it is
 * done or at the next tick.
 */
final class RawAcknowledgements {

	private static final int BATCH = 100;

	private final Channel channel;

	private final int batch;

	/** By delivery tag, from the first that is not acknowledged. */
	private BitSet done = new BitSet();

	private long first = 1;

	RawAcknowledgements(Channel channel, int prefetch) {
		this.channel = channel;
		this.batch = Math.min(BATCH, Math.max(1, prefetch / 2));
	}

	synchronized void done(long tag) {
		this.done.set((int) (tag - this.first));
		if (this.done.get(this.batch - 1) && this.done.nextClearBit(0) >= this.batch) {
			flush();
		}
	}

	synchronized void flush() {
		int prefix = this.done.nextClearBit(0);
		if (prefix > 0 && this.channel.isOpen()) {
			try {
				this.channel.basicAck(this.first + prefix - 1, true);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.first += prefix;
			this.done = this.done.get(prefix, Math.max(prefix, this.done.length()));
		}
	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came on one channel and is not settled, and its acknowledgements: all that follow
 * each other with one frame, when a quarter of the prefetch is done or where the first
 * stays the same for a tick. What is done behind one that is out goes alone, but only
 * once that one is slow: a thread that merely lost the processor is back sooner, and a
 * frame for each would cost the broker more. Nobody waits for the lock while somebody
 * writes: that one writes for all.
 */
final class Acknowledgements {

	private static final Logger logger = LoggerFactory.getLogger(Acknowledgements.class);

	/** From here on a frame for each costs more than it would be worth. */
	private static final int MANY = 64;

	/** For how many ticks the first is out before others do not wait for it. */
	private static final int PATIENCE = 4;

	private final Channel channel;

	private final int prefetch;

	private final int batch;

	private final Ticker ticker;

	/** Before the first and behind the last in the order of their tags. */
	private final Entry ends = new Entry(0);

	private int out;

	private int done;

	private List<Long> givenBack = new ArrayList<>();

	/** The tag of the first at the last tick, or when the ticks began. */
	private long first;

	/** For how many ticks it was out. */
	private int held;

	/** Names the tick that is to come; one that was asked for before does nothing. */
	private long tick;

	private boolean ticking;

	private boolean hurrying;

	private boolean writing;

	private boolean wanted;

	private boolean abandoned;

	private @Nullable Runnable atEnd;

	Acknowledgements(Channel channel, int prefetch, Ticker ticker) {
		this.channel = channel;
		this.prefetch = prefetch;
		this.batch = Math.max(1, prefetch / 4);
		this.ticker = ticker;
	}

	void received(Entry entry) {
		synchronized (this) {
			if (!this.abandoned) {
				entry.state = State.OUT;
				entry.previous = this.ends.previous;
				entry.next = this.ends;
				entry.previous.next = entry;
				this.ends.previous = entry;
				this.out++;
				return;
			}
		}
		entry.lost();
	}

	void done(Entry entry) {
		boolean write;
		synchronized (this) {
			if (entry.state != State.OUT) {
				return;
			}
			entry.state = State.DONE;
			this.out--;
			this.done++;
			write = this.atEnd != null
					|| (this.done >= this.batch && (this.ends.next.state == State.DONE || isNobodyWaitedFor()));
		}
		if (write) {
			write();
		}
		tickSoon(false);
	}

	void giveBack(Entry entry) {
		synchronized (this) {
			if (entry.state != State.OUT) {
				return;
			}
			remove(entry);
			this.givenBack.add(entry.tag);
		}
		write();
	}

	/** Does something once nothing is out any more and all of it is written. */
	void end(Runnable action) {
		synchronized (this) {
			this.atEnd = action;
		}
		write();
	}

	/**
	 * All that is out is lost.
	 * @return acknowledges the rest, where there is still a channel
	 */
	Runnable abandon() {
		List<Entry> lost = new ArrayList<>();
		Frames rest;
		synchronized (this) {
			this.abandoned = true;
			rest = take();
			for (Entry entry = this.ends.next; entry != this.ends; entry = remove(entry)) {
				lost.add(entry);
			}
		}
		lost.forEach(Entry::lost);
		return () -> rest.write(this.channel);
	}

	/** Unless a tick is to come that is soon enough, or nothing is left for it. */
	private void tickSoon(boolean isNext) {
		long own;
		boolean urgent;
		synchronized (this) {
			if (this.done == 0) {
				this.ticking &= !isNext;
				return;
			}
			urgent = isUrgent();
			if (!isNext && this.ticking && (this.hurrying || !urgent)) {
				return;
			}
			if (!this.ticking && this.first != this.ends.next.tag) {
				this.first = this.ends.next.tag;
				this.held = 0;
			}
			this.ticking = true;
			this.hurrying = urgent;
			own = ++this.tick;
		}
		this.ticker.soon(() -> tick(own), urgent);
	}

	private void tick(long own) {
		boolean write;
		synchronized (this) {
			if (own != this.tick) {
				return;
			}
			Entry now = this.ends.next;
			boolean same = now.tag == this.first;
			this.first = now.tag;
			this.held = (same && now.state == State.OUT) ? this.held + 1 : 0;
			// where it moves on others write
			write = same && (now.state == State.DONE || isNobodyWaitedFor());
		}
		if (write) {
			write();
		}
		tickSoon(true);
	}

	/** While much of the prefetch is free, the broker holds nothing back. */
	private boolean isUrgent() {
		return this.out + this.done >= this.prefetch / 2;
	}

	/** Whether what is done goes alone. */
	private boolean isNobodyWaitedFor() {
		return this.held >= PATIENCE || this.abandoned || (this.prefetch <= MANY && this.done >= this.batch);
	}

	private void write() {
		synchronized (this) {
			this.wanted = true;
			if (this.writing) {
				return;
			}
			this.writing = true;
		}
		for (Frames frames = next(); frames != null; frames = next()) {
			frames.write(this.channel);
		}
	}

	private @Nullable Frames next() {
		Runnable action;
		synchronized (this) {
			if (this.wanted) {
				this.wanted = false;
				return take();
			}
			this.writing = false;
			boolean ended = this.atEnd != null && this.out == 0 && this.done == 0 && this.givenBack.isEmpty();
			action = ended ? this.atEnd : null;
			this.atEnd = ended ? null : this.atEnd;
		}
		if (action != null) {
			action.run();
		}
		return null;
	}

	private Frames take() {
		long upTo = 0;
		Entry entry = this.ends.next;
		while (entry.state == State.DONE) {
			upTo = entry.tag;
			entry = remove(entry);
		}
		List<Long> single = new ArrayList<>(0);
		// looks no further than the last that is done
		for (int behind = isNobodyWaitedFor() ? this.done : 0; behind > 0; behind--) {
			while (entry.state == State.OUT) {
				entry = entry.next;
			}
			single.add(entry.tag);
			entry = remove(entry);
		}
		Frames frames = new Frames(this.givenBack, upTo, single);
		this.givenBack = new ArrayList<>(0);
		return frames;
	}

	/** Takes one off, and gives the one behind it. */
	private Entry remove(Entry entry) {
		if (entry.state == State.DONE) {
			this.done--;
		}
		else {
			this.out--;
		}
		if (entry.tag == this.first) {
			this.held = 0;
		}
		Entry behind = entry.next;
		entry.previous.next = behind;
		behind.previous = entry.previous;
		// who keeps this one shall not keep all that came later
		entry.previous = entry;
		entry.next = entry;
		entry.state = State.SETTLED;
		return behind;
	}

	/**
	 * One delivery, in the list of them.
	 */
	static class Entry {

		private final long tag;

		private State state = State.SETTLED;

		private Entry previous = this;

		private Entry next = this;

		Entry(long tag) {
			this.tag = tag;
		}

		/** It is nobody's here any more. */
		void lost() {
		}

	}

	private enum State {

		OUT, DONE, SETTLED

	}

	/**
	 * What is written at once. What is given back goes first, before an acknowledgement
	 * of several could take it with it.
	 */
	private record Frames(List<Long> givenBack, long upTo, List<Long> single) {

		void write(Channel channel) {
			try {
				for (long tag : this.givenBack) {
					channel.basicNack(tag, false, true);
				}
				if (this.upTo > 0) {
					channel.basicAck(this.upTo, true);
				}
				for (long tag : this.single) {
					channel.basicAck(tag, false);
				}
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("A closed channel settles nothing, its messages come again", ex);
			}
		}

	}

	/**
	 * Runs something very soon.
	 */
	@FunctionalInterface
	interface Ticker {

		/**
		 * Runs it.
		 * @param urgent whether somebody waits for it
		 */
		void soon(Runnable action, boolean urgent);

	}

}

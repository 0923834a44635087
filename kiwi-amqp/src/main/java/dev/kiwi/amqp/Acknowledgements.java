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
 * each other with one frame, at the next tick or when a quarter of the prefetch is done.
 * What is done behind one that is still out goes alone, after a whole tick or when half
 * of the prefetch waits so. Nobody waits for the lock while somebody writes: that one
 * writes for all.
 */
final class Acknowledgements {

	private static final Logger logger = LoggerFactory.getLogger(Acknowledgements.class);

	/** From here on a frame for each costs more than it would be worth. */
	private static final int MANY = 64;

	private final Channel channel;

	private final int prefetch;

	private final int batch;

	private final int most;

	private final Ticker ticker;

	/** Before the first and behind the last in the order of their tags. */
	private final Entry ends = new Entry(0);

	private int out;

	private int done;

	private List<Long> givenBack = new ArrayList<>();

	/** What was done before this tick may go alone. */
	private long alone;

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
		this.most = (prefetch <= MANY) ? this.batch : prefetch / 2;
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
		boolean later;
		boolean urgent;
		synchronized (this) {
			if (entry.state != State.OUT) {
				return;
			}
			entry.state = State.DONE;
			entry.doneAt = this.tick;
			this.out--;
			this.done++;
			if (this.done >= this.most) {
				this.alone = Long.MAX_VALUE;
			}
			write = this.atEnd != null || this.done >= this.most
					|| (this.done >= this.batch && this.ends.next.state == State.DONE);
			urgent = isUrgent();
			later = !write && (!this.ticking || (urgent && !this.hurrying));
			this.ticking |= later;
			this.hurrying |= later && urgent;
		}
		if (write) {
			write();
		}
		else if (later) {
			this.ticker.soon(this::tick, urgent);
		}
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
			this.alone = Long.MAX_VALUE;
			rest = take();
			for (Entry entry = this.ends.next; entry != this.ends; entry = remove(entry)) {
				lost.add(entry);
			}
		}
		lost.forEach(Entry::lost);
		return () -> rest.write(this.channel);
	}

	private void tick() {
		boolean again;
		boolean urgent;
		synchronized (this) {
			this.alone = Math.max(this.alone, this.tick);
			this.tick++;
			again = this.done > 0;
			urgent = isUrgent();
			this.ticking = again;
			this.hurrying = again && urgent;
		}
		if (again) {
			write();
			this.ticker.soon(this::tick, urgent);
		}
	}

	/** While much of the prefetch is free, the broker holds nothing back. */
	private boolean isUrgent() {
		return this.out + this.done >= this.prefetch / 2;
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
		for (int behind = (this.alone > 0) ? this.done : 0; behind > 0;) {
			if (entry.state == State.OUT) {
				entry = entry.next;
				continue;
			}
			behind--;
			if (entry.doneAt < this.alone) {
				single.add(entry.tag);
				entry = remove(entry);
			}
			else {
				entry = entry.next;
			}
		}
		this.alone = 0;
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

		private long doneAt;

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

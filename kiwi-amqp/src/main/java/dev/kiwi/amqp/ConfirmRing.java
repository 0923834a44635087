package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The unconfirmed messages of one channel, found by their sequence number without a map
 * or an object per message. Thread-safe.
 */
final class ConfirmRing {

	private @Nullable Outgoing[] slots = new Outgoing[1024];

	/** The lowest number that is not confirmed yet; a channel counts from 1. */
	private long head = 1;

	private long tail = 1;

	private boolean closed;

	/**
	 * Puts in what is about to be written.
	 * @return false if this is closed
	 */
	synchronized boolean add(long sequence, Outgoing outgoing) {
		if (this.closed) {
			return false;
		}
		if (sequence - this.head >= this.slots.length) {
			grow();
		}
		this.slots[index(sequence)] = outgoing;
		this.tail = sequence + 1;
		return true;
	}

	/** Takes out what a confirm speaks of. */
	synchronized List<Outgoing> take(long sequence, boolean multiple) {
		List<Outgoing> taken = new ArrayList<>();
		for (long number = multiple ? this.head : Math.max(sequence, this.head); number <= sequence
				&& number < this.tail; number++) {
			Outgoing outgoing = this.slots[index(number)];
			if (outgoing != null) {
				taken.add(outgoing);
				this.slots[index(number)] = null;
			}
		}
		while (this.head < this.tail && this.slots[index(this.head)] == null) {
			this.head++;
		}
		return taken;
	}

	synchronized @Nullable Outgoing find(Predicate<Outgoing> condition) {
		for (long number = this.head; number < this.tail; number++) {
			Outgoing outgoing = this.slots[index(number)];
			if (outgoing != null && condition.test(outgoing)) {
				return outgoing;
			}
		}
		return null;
	}

	synchronized List<Outgoing> all() {
		List<Outgoing> all = new ArrayList<>();
		find((outgoing) -> !all.add(outgoing));
		return all;
	}

	/** Takes no more, and tells what nobody will confirm. */
	synchronized List<Outgoing> close() {
		this.closed = true;
		return all();
	}

	private void grow() {
		@Nullable Outgoing[] larger = new Outgoing[this.slots.length * 2];
		for (long number = this.head; number < this.tail; number++) {
			larger[(int) (number & (larger.length - 1))] = this.slots[index(number)];
		}
		this.slots = larger;
	}

	private int index(long sequence) {
		return (int) (sequence & (this.slots.length - 1));
	}

}

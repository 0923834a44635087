package dev.kiwi.amqp;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much may be unconfirmed at once, in messages and bytes. A message larger than the
 * whole window goes alone.
 */
final class Window {

	private final int maxMessages;

	private final long maxBytes;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition room = this.lock.newCondition();

	private int messages;

	private long bytes;

	Window(int maxMessages, long maxBytes) {
		this.maxMessages = maxMessages;
		this.maxBytes = maxBytes;
	}

	/**
	 * Takes room, waiting for it.
	 * @return false if there was none in time, or the waiting thread was interrupted
	 */
	boolean acquire(int size, Duration timeout) {
		this.lock.lock();
		try {
			long nanos = timeout.toNanos();
			while (!fits(size)) {
				if (nanos <= 0) {
					return false;
				}
				nanos = this.room.awaitNanos(nanos);
			}
			this.messages++;
			this.bytes += size;
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	void release(int messages, long bytes) {
		this.lock.lock();
		try {
			this.messages -= messages;
			this.bytes -= bytes;
			// not for each message: who waits would be woken to send a single one
			if (this.messages == 0
					|| (this.messages <= this.maxMessages / 4 * 3 && this.bytes <= this.maxBytes / 4 * 3)) {
				this.room.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** How many messages are unconfirmed. */
	int messages() {
		this.lock.lock();
		try {
			return this.messages;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Waits until nothing is unconfirmed, or the time is over. */
	void awaitEmpty(long timeout, TimeUnit unit) throws InterruptedException {
		this.lock.lock();
		try {
			long nanos = unit.toNanos(timeout);
			while (this.messages > 0 && nanos > 0) {
				nanos = this.room.awaitNanos(nanos);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean fits(int size) {
		return this.messages == 0 || (this.messages < this.maxMessages && this.bytes + size <= this.maxBytes);
	}

}

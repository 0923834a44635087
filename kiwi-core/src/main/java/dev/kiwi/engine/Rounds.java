package dev.kiwi.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends threads round the subscribers. One leads; another stands by while it comes along,
 * and takes over as soon as it does not, or has gone. So quick subscribers are all served
 * by one thread, as two would be in each other's way, and one that blocks keeps that
 * thread alone.
 */
final class Rounds {

	private static final Logger logger = LoggerFactory.getLogger(Rounds.class);

	/**
	 * How long one subscriber may keep the thread that leads before another takes over.
	 */
	private static final long PATIENCE = TimeUnit.MICROSECONDS.toNanos(200);

	private final Executor executor;

	private final Consumer<Runnable> round;

	/** Whether a thread was woken that has not begun yet. */
	private final AtomicBoolean coming = new AtomicBoolean();

	private volatile @Nullable Thread standby;

	private volatile @Nullable Round leading;

	/**
	 * Rounds.
	 * @param executor whose threads go them
	 * @param round lets all hear what waits for them; calls what it is given before each
	 * who could keep the thread
	 */
	Rounds(Executor executor, Consumer<Runnable> round) {
		this.executor = executor;
		this.round = round;
	}

	/** Sees to it that somebody comes who has not begun yet. */
	void wake() {
		if (!this.coming.get() && this.coming.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::go);
			}
			catch (RejectedExecutionException ex) {
				this.coming.set(false);
				logger.warn("The executor takes no more work; what waits here is left to whoever comes next", ex);
			}
		}
	}

	private void go() {
		standBy();
		Round own = new Round();
		this.leading = own;
		this.coming.set(false);
		this.round.accept(own);
		if (this.leading == own) {
			this.leading = null;
		}
		LockSupport.unpark(this.standby);
	}

	/** Waits while the one that leads comes along. */
	private void standBy() {
		this.standby = Thread.currentThread();
		Round watched = null;
		long seen = 0;
		for (Round leader = this.leading; leader != null; leader = this.leading) {
			if (leader == watched && leader.steps() == seen) {
				break;
			}
			watched = leader;
			seen = leader.steps();
			LockSupport.parkNanos(this, PATIENCE);
			// who ends the executor has this thread go on
			Thread.interrupted();
		}
		this.standby = null;
	}

	/**
	 * A thread on its way.
	 */
	private final class Round implements Runnable {

		/** Counted by that thread alone, for the one that stands by. */
		private final AtomicLong steps = new AtomicLong();

		@Override
		public void run() {
			this.steps.lazySet(this.steps.getPlain() + 1);
			wake();
		}

		long steps() {
			return this.steps.get();
		}

	}

}

package dev.kiwi.benchmarks.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * No benchmark waits for ever.
 */
public final class Waiting {

	/** How long anything may take. */
	public static final int SECONDS = 120;

	private Waiting() {
	}

	/**
	 * Waits until a latch is down.
	 * @param latch the latch
	 * @param what is waited for
	 * @throws InterruptedException if the waiting is interrupted
	 */
	public static void on(CountDownLatch latch, String what) throws InterruptedException {
		if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException(what + ": " + latch.getCount() + " missing after " + SECONDS + " s");
		}
	}

}

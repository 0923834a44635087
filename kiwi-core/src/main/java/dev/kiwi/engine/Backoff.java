package dev.kiwi.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A delay that grows from one time to the next.
 *
 * @param delay the first delay
 * @param multiplier what each delay is multiplied by to give the next, at least 1
 * @param maxDelay what no delay exceeds, but for its jitter
 * @param jitter by which fraction of itself each delay varies at random, 0 to 1: what
 * failed together shall not come back together
 */
public record Backoff(Duration delay, double multiplier, Duration maxDelay, double jitter) {

	public Backoff {
		if (delay.isNegative() || !(multiplier >= 1) || maxDelay.compareTo(delay) < 0
				|| !(jitter >= 0 && jitter <= 1)) {
			throw new IllegalArgumentException(
					"A backoff needs delay >= 0, multiplier >= 1, max-delay >= delay and jitter from 0 to 1, not "
							+ delay + ", " + multiplier + ", " + maxDelay + " and " + jitter);
		}
	}

	/**
	 * A backoff without jitter.
	 * @param delay the first delay
	 * @param multiplier what each delay is multiplied by to give the next, at least 1
	 * @param maxDelay what no delay exceeds
	 */
	public Backoff(Duration delay, double multiplier, Duration maxDelay) {
		this(delay, multiplier, maxDelay, 0);
	}

	/**
	 * The delay before the next time.
	 * @param times how often it has happened, 1 for the first time
	 * @return the delay
	 */
	public Duration after(int times) {
		double millis = Math.min(this.delay.toMillis() * Math.pow(this.multiplier, times - 1.0),
				this.maxDelay.toMillis());
		double varied = millis * (1 + this.jitter * ThreadLocalRandom.current().nextDouble(-1, 1));
		return Duration.ofMillis((long) varied);
	}

}

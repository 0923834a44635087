package dev.kiwi.engine;

import java.time.Duration;

/**
 * A delay that grows from one time to the next.
 *
 * @param delay the first delay
 * @param multiplier what each delay is multiplied by to give the next, at least 1
 * @param maxDelay what no delay exceeds
 */
public record Backoff(Duration delay, double multiplier, Duration maxDelay) {

	public Backoff {
		if (delay.isNegative() || multiplier < 1 || maxDelay.compareTo(delay) < 0) {
			throw new IllegalArgumentException(
					"A backoff needs delay >= 0, multiplier >= 1 and max-delay >= delay, not " + delay + ", "
							+ multiplier + " and " + maxDelay);
		}
	}

	/**
	 * The delay before the next time.
	 * @param times how often it has happened, 1 for the first time
	 * @return the delay
	 */
	public Duration after(int times) {
		double millis = this.delay.toMillis() * Math.pow(this.multiplier, times - 1.0);
		return (millis < this.maxDelay.toMillis()) ? Duration.ofMillis((long) millis) : this.maxDelay;
	}

}

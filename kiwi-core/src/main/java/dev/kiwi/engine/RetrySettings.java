package dev.kiwi.engine;

import java.time.Duration;

import dev.kiwi.TaskOptions;

/**
 * What becomes of a task that failed.
 *
 * @param maxAttempts how often it is tried in all, at least 1; then it becomes a dead
 * letter
 * @param backoff how long it waits for its next attempt
 */
public record RetrySettings(int maxAttempts, Backoff backoff) {

	/** With its jitter still below {@link TaskOptions#MAX_DELAY}. */
	private static final Duration LONGEST = Duration.ofDays(180);

	/**
	 * One attempt, as in kiwiPy.
	 */
	public static final RetrySettings NONE = new RetrySettings(1,
			new Backoff(Duration.ofSeconds(5), 2, Duration.ofHours(1), 0.1));

	public RetrySettings {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException("A task needs max-attempts >= 1, not " + maxAttempts);
		}
		if (backoff.maxDelay().compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"A task waits at most " + LONGEST + " for its next attempt, not max-delay " + backoff.maxDelay());
		}
	}

}

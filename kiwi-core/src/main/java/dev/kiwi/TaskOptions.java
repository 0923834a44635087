package dev.kiwi;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * When and how a task is to be run; set by the methods of {@link Task}.
 *
 * @param delay how long after it was sent a worker may get it; zero for at once
 * @param startAt when a worker may get it, instead of a delay, or null
 * @param timeToLive how long after that it is of use, or null for ever
 * @param priority 0 to 9, the highest is the most urgent
 * @param key names what may wait or run in the queue only once, or null
 */
public record TaskOptions(Duration delay, @Nullable Instant startAt, @Nullable Duration timeToLive, int priority,
		@Nullable String key) {

	/**
	 * The longest delay: a year and a day.
	 */
	public static final Duration MAX_DELAY = Duration.ofDays(367);

	/**
	 * The most urgent.
	 */
	public static final int MAX_PRIORITY = 9;

	/**
	 * At once, for ever, not urgent.
	 */
	public static final TaskOptions NONE = new TaskOptions(Duration.ZERO, null, null, 0, null);

	public TaskOptions {
		requireDelay(delay);
		require(timeToLive == null || timeToLive.compareTo(Duration.ofMillis(1)) >= 0, "time to live", timeToLive,
				"1 ms and more");
		require(priority >= 0 && priority <= MAX_PRIORITY, "priority", priority, "0 to " + MAX_PRIORITY);
	}

	static void requireDelay(Duration delay) {
		require(!delay.isNegative() && delay.compareTo(MAX_DELAY) <= 0, "delay", delay, "0 to " + MAX_DELAY);
	}

	private static void require(boolean condition, String what, @Nullable Object value, String allowed) {
		if (!condition) {
			throw new IllegalArgumentException("A task's " + what + " is " + value + ", allowed is " + allowed);
		}
	}

}

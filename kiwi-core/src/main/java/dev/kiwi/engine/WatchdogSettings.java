package dev.kiwi.engine;

import java.time.Duration;

/**
 * What is done about a handler that is stuck, beside telling of it. When one is, is said
 * by {@link QueueSettings#stuckAfter()}.
 *
 * @param interrupt whether its thread is interrupted, or its stage cancelled; the attempt
 * has then failed
 * @param brokenAfter after how much more silence the observers hear that this process is
 * {@linkplain EngineObserver#broken broken}; 0 for never
 */
public record WatchdogSettings(boolean interrupt, Duration brokenAfter) {

	/**
	 * Only tells.
	 */
	public static final WatchdogSettings DEFAULTS = new WatchdogSettings(false, Duration.ZERO);

	public WatchdogSettings {
		if (brokenAfter.isNegative()) {
			throw new IllegalArgumentException(
					"watchdog.broken-after must be 0, for never, or more, not " + brokenAfter);
		}
	}

}

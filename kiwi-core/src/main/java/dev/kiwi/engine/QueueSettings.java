package dev.kiwi.engine;

import java.time.Duration;

import dev.kiwi.DeliveryGuarantee;

/**
 * How this process works on a queue.
 *
 * @param concurrency how many handlers run at once
 * @param prefetch how many tasks are taken at once, at least {@code concurrency}; what is
 * taken and waits is not given to another worker even if that is free, so more than
 * {@code concurrency} pays for short tasks only
 * @param guarantee what becomes of a task whose worker is gone
 * @param retry what becomes of a task that failed
 * @param maxRejections how often a task is offered again after every subscriber of a
 * worker rejected it; then it becomes a dead letter
 * @param rejectionBackoff how long a rejected task waits until it is offered again
 * @param maxCrashes how many workers may die running a task that was given out before;
 * then it becomes a dead letter
 * @param stuckAfter how long a handler may say nothing (no progress, line, partial result
 * or heartbeat) until it counts as stuck, see {@link WatchdogSettings}; 0 for ever
 */
public record QueueSettings(int concurrency, int prefetch, DeliveryGuarantee guarantee, RetrySettings retry,
		int maxRejections, Backoff rejectionBackoff, int maxCrashes, Duration stuckAfter) {

	public QueueSettings {
		require(concurrency >= 1 && prefetch >= concurrency && maxRejections >= 0 && maxCrashes >= 1,
				"concurrency >= 1, prefetch >= concurrency, max-rejections >= 0 and max-crashes >= 1, not "
						+ concurrency + ", " + prefetch + ", " + maxRejections + " and " + maxCrashes);
		require(!stuckAfter.isNegative(), "stuck-after of 0, for ever, or more, not " + stuckAfter);
		boolean atMostOnce = guarantee == DeliveryGuarantee.AT_MOST_ONCE;
		require(!atMostOnce || retry.maxAttempts() == 1,
				"retry.max-attempts: 1 where delivery is at-most-once, not " + retry.maxAttempts());
		require(!atMostOnce || prefetch == concurrency,
				"prefetch = concurrency where delivery is at-most-once, as what waits is lost with its worker; not "
						+ prefetch + " and " + concurrency);
	}

	/**
	 * One handler per processor, no more prefetched than run, at least once, one attempt,
	 * 20 rejections with 0.1 s to 30 s between them (some six minutes in all), 3 crashes,
	 * silence for ever.
	 * @return the defaults
	 */
	public static QueueSettings defaults() {
		int processors = Runtime.getRuntime().availableProcessors();
		return new QueueSettings(processors, processors, DeliveryGuarantee.AT_LEAST_ONCE, RetrySettings.NONE, 20,
				new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(30)), 3, Duration.ZERO);
	}

	/**
	 * These settings with a concurrency and as much prefetch.
	 * @param concurrency how many handlers run at once
	 * @return the settings
	 */
	public QueueSettings withConcurrency(int concurrency) {
		return new QueueSettings(concurrency, concurrency, this.guarantee, this.retry, this.maxRejections,
				this.rejectionBackoff, this.maxCrashes, this.stuckAfter);
	}

	/**
	 * These settings with a prefetch.
	 * @param prefetch how many tasks are taken at once
	 * @return the settings
	 */
	public QueueSettings withPrefetch(int prefetch) {
		return new QueueSettings(this.concurrency, prefetch, this.guarantee, this.retry, this.maxRejections,
				this.rejectionBackoff, this.maxCrashes, this.stuckAfter);
	}

	/**
	 * These settings with another guarantee.
	 * @param guarantee what becomes of a task whose worker is gone
	 * @return the settings
	 */
	public QueueSettings withGuarantee(DeliveryGuarantee guarantee) {
		return new QueueSettings(this.concurrency, this.prefetch, guarantee, this.retry, this.maxRejections,
				this.rejectionBackoff, this.maxCrashes, this.stuckAfter);
	}

	/**
	 * These settings with other attempts.
	 * @param maxAttempts how often a task is tried
	 * @param backoff how long it waits in between
	 * @return the settings
	 */
	public QueueSettings withRetry(int maxAttempts, Backoff backoff) {
		return new QueueSettings(this.concurrency, this.prefetch, this.guarantee,
				new RetrySettings(maxAttempts, backoff), this.maxRejections, this.rejectionBackoff, this.maxCrashes,
				this.stuckAfter);
	}

	/**
	 * These settings with a bound and a backoff for rejected tasks.
	 * @param maxRejections how often a rejected task is offered again
	 * @param rejectionBackoff how long it waits in between
	 * @return the settings
	 */
	public QueueSettings withRejections(int maxRejections, Backoff rejectionBackoff) {
		return new QueueSettings(this.concurrency, this.prefetch, this.guarantee, this.retry, maxRejections,
				rejectionBackoff, this.maxCrashes, this.stuckAfter);
	}

	/**
	 * These settings with a bound for silent handlers.
	 * @param stuckAfter how long a handler may say nothing; 0 for ever
	 * @return the settings
	 */
	public QueueSettings withStuckAfter(Duration stuckAfter) {
		return new QueueSettings(this.concurrency, this.prefetch, this.guarantee, this.retry, this.maxRejections,
				this.rejectionBackoff, this.maxCrashes, stuckAfter);
	}

	private static void require(boolean condition, String needed) {
		if (!condition) {
			throw new IllegalArgumentException("A queue needs " + needed);
		}
	}

}

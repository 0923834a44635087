package dev.kiwi.engine;

import java.time.Duration;

/**
 * How one process works on one queue.
 *
 * @param concurrency how many handlers run at once, at least 1
 * @param prefetch how many tasks are taken from the server at once, the running ones
 * included, at least {@code concurrency}; what is prefetched waits here even where
 * another worker is free, so more than {@code concurrency} pays for short tasks only
 * @param maxRejections how often a task is offered again after every subscriber of a
 * worker rejected it; then it becomes a dead letter
 * @param rejectionBackoff how long a rejected task waits until it is offered again
 */
public record QueueSettings(int concurrency, int prefetch, int maxRejections, Backoff rejectionBackoff) {

	public QueueSettings {
		if (concurrency < 1 || prefetch < concurrency || maxRejections < 0) {
			throw new IllegalArgumentException(
					"A queue needs concurrency >= 1, prefetch >= concurrency and max-rejections >= 0, not "
							+ concurrency + ", " + prefetch + " and " + maxRejections);
		}
	}

	/**
	 * One handler per processor, no more prefetched than run, 20 rejections with 0.1 s to
	 * 30 s between them (some six minutes in all).
	 * @return the defaults
	 */
	public static QueueSettings defaults() {
		int processors = Runtime.getRuntime().availableProcessors();
		return new QueueSettings(processors, processors, 20,
				new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(30)));
	}

	/**
	 * These settings with a concurrency and as much prefetch.
	 * @param concurrency how many handlers run at once
	 * @return the settings
	 */
	public QueueSettings withConcurrency(int concurrency) {
		return new QueueSettings(concurrency, concurrency, this.maxRejections, this.rejectionBackoff);
	}

	/**
	 * These settings with a prefetch.
	 * @param prefetch how many tasks are taken at once
	 * @return the settings
	 */
	public QueueSettings withPrefetch(int prefetch) {
		return new QueueSettings(this.concurrency, prefetch, this.maxRejections, this.rejectionBackoff);
	}

	/**
	 * These settings with a bound and a backoff for rejected tasks.
	 * @param maxRejections how often a rejected task is offered again
	 * @param rejectionBackoff how long it waits in between
	 * @return the settings
	 */
	public QueueSettings withRejections(int maxRejections, Backoff rejectionBackoff) {
		return new QueueSettings(this.concurrency, this.prefetch, maxRejections, rejectionBackoff);
	}

}

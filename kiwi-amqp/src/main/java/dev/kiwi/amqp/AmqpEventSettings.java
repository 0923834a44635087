package dev.kiwi.amqp;

import java.time.Duration;

/**
 * How long RabbitMQ keeps the events of tasks. A stream that exists is used as it is; a
 * policy may say otherwise. Whole segments are dropped, never the last one, so that there
 * may be somewhat more.
 *
 * @param timeToLive after how long events are dropped, at least 1 s
 * @param maxBytes how much room they take on each broker, at least 1,024
 */
public record AmqpEventSettings(Duration timeToLive, long maxBytes) {

	/**
	 * Segments of a stream; with more of them less is dropped at once.
	 */
	private static final int SEGMENTS = 16;

	private static final long MAX_SEGMENT = 64 << 20;

	/**
	 * 7 days as dead letters are kept, and 256 MiB: room for the events of some 300,000
	 * tasks.
	 */
	public static final AmqpEventSettings DEFAULTS = new AmqpEventSettings(Duration.ofDays(7), 256 << 20);

	public AmqpEventSettings {
		if (timeToLive.toSeconds() < 1) {
			throw new IllegalArgumentException(
					"kiwi.admin.task-events.time-to-live must be at least 1 s, not " + timeToLive);
		}
		if (maxBytes < 1024) {
			throw new IllegalArgumentException(
					"kiwi.admin.task-events.max-size must be at least 1KB, not " + maxBytes + " bytes");
		}
	}

	/** How large a part is that is dropped at once. */
	long segmentBytes() {
		return Math.min(this.maxBytes / SEGMENTS, MAX_SEGMENT);
	}

}

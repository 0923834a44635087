package dev.kiwi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * Times in headers, in milliseconds since 1970.
 */
final class Times {

	/** Longer than any process lives, and short enough to be counted in nanoseconds. */
	private static final Duration FOR_EVER = Duration.ofDays(36_500);

	private Times() {
	}

	/** A time to wait for that nothing overflows with. */
	static Duration bounded(Duration time) {
		return (time.compareTo(FOR_EVER) < 0) ? time : FOR_EVER;
	}

	/** When a while is over that begins then; at the end of time at the latest. */
	static long after(long begin, Duration time) {
		return begin + Math.min(TimeUnit.MILLISECONDS.convert(time), Long.MAX_VALUE - begin);
	}

	static long read(Envelope envelope, String header, long absent) {
		String value = envelope.headers().get(header);
		try {
			return (value != null) ? Long.parseLong(value) : absent;
		}
		catch (NumberFormatException ex) {
			return absent;
		}
	}

	static @Nullable Instant instant(Envelope envelope, String header) {
		long millis = read(envelope, header, 0);
		return (millis > 0) ? Instant.ofEpochMilli(millis) : null;
	}

}

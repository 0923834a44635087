package dev.kiwi.engine;

import java.time.Instant;

import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * Times in headers, in milliseconds since 1970.
 */
final class Times {

	private Times() {
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

package dev.kiwi.amqp.kiwipy;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.Temporal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Python's {@code date} and {@code datetime}, which count microseconds: a
 * {@link LocalDate}, and a {@link LocalDateTime} or with a time zone an
 * {@link OffsetDateTime}.
 */
final class PythonTimes {

	private static final Pattern TIMESTAMP = Pattern
		.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:(?:[Tt]|[ \\t]+)(\\d{1,2}):(\\d{2}):(\\d{2})(?:\\.(\\d*))?"
				+ "(?:[ \\t]*(Z|([-+])(\\d{1,2})(?::(\\d{2}))?))?)?");

	private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

	private static final DateTimeFormatter MICROSECONDS = new DateTimeFormatterBuilder().append(SECONDS)
		.appendFraction(ChronoField.MICRO_OF_SECOND, 6, 6, true)
		.toFormatter();

	private static final int LAST_YEAR = 9999;

	private PythonTimes() {
	}

	static Temporal parse(String text) {
		Matcher parts = TIMESTAMP.matcher(text);
		if (!parts.matches()) {
			throw new IllegalArgumentException("such as 2026-01-02 or 2026-01-02 03:04:05 is");
		}
		LocalDate date = LocalDate.of(number(parts.group(1)), number(parts.group(2)), number(parts.group(3)));
		if (parts.group(4) == null) {
			return date;
		}
		String fraction = (parts.group(7) != null) ? parts.group(7) : "";
		LocalDateTime time = date.atTime(number(parts.group(4)), number(parts.group(5)), number(parts.group(6)))
			.plus(number((fraction + "000000").substring(0, 6)), ChronoUnit.MICROS);
		if (parts.group(8) == null) {
			return time;
		}
		int minutes = 60 * number(parts.group(10)) + number(parts.group(11));
		return time.atOffset(ZoneOffset.ofTotalSeconds(60 * ("-".equals(parts.group(9)) ? -minutes : minutes)));
	}

	static String text(Temporal time) {
		int year = time.get(ChronoField.YEAR);
		if (year < 1 || year > LAST_YEAR) {
			throw new IllegalArgumentException("Python has no year " + year);
		}
		if (time instanceof OffsetDateTime zoned) {
			ZoneOffset offset = zoned.getOffset();
			if (offset.getTotalSeconds() % 60 != 0) {
				throw new IllegalArgumentException("YAML has no time zone of seconds such as " + offset);
			}
			return text(zoned.toLocalDateTime()) + (offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId());
		}
		if (time instanceof LocalDateTime) {
			return ((time.get(ChronoField.MICRO_OF_SECOND) != 0) ? MICROSECONDS : SECONDS).format(time);
		}
		return time.toString();
	}

	private static int number(@Nullable String digits) {
		return (digits != null) ? Integer.parseInt(digits) : 0;
	}

}

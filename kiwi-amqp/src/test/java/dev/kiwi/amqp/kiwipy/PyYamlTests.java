package dev.kiwi.amqp.kiwipy;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random values, through the real PyYAML and back.
 */
class PyYamlTests {

	private static final String[] WORDS = { "yes", "null", "~", "=", "", "0123", "1e5", "1.0e+5", "12:30", "2026-01-02",
			".inf", "-", "- ", "? ", ": ", "#", " #", "'", "\"", "\\", "\n", "\n\n", " ", "  ", "\t", "é", "🥝", "\0",
			"\u0085", "\u2028", "\u00a0", "\ufeff", "word", "another", "{", "[", "&a", "*a", "!t", "%", "@", "`", "|",
			">", "---", "...", ",", "\r", "\ud7ff", "_1", "0x1f", "+1", "<<", "1_0", "x".repeat(70) };

	private final Random random = new Random(42);

	private final YamlPayloadCodec codec = new YamlPayloadCodec();

	@Test
	void pythonReadsWhatJavaWritesAndWritesTheSameBytes() throws Exception {
		try (Python python = Python.start("echo_yaml.py")) {
			for (int round = 0; round < 2000; round++) {
				Object value = value(3);
				byte[] written = this.codec.encode(value);
				python.say(Base64.getEncoder().encodeToString(written));
				String[] heard = python.hear().split(" ");
				assertThat(new String(Base64.getDecoder().decode(heard[0]))).isEqualTo(new String(written));
				assertThat(heard[1]).isEqualTo(pythonType(value));
				assertThat(this.codec.encode(this.codec.decode(written, Object.class))).isEqualTo(written);
			}
		}
	}

	private static String pythonType(Object value) {
		return (value == null) ? "NoneType"
				: (value instanceof Boolean) ? "bool" : (value instanceof String) ? "str"
						: (value instanceof Double) ? "float" : (value instanceof Number) ? "int"
								: (value instanceof byte[]) ? "bytes" : (value instanceof LocalDate) ? "date"
										: (value instanceof Map) ? "dict"
												: (value instanceof Set) ? "set" : (value instanceof Tuple) ? "tuple"
														: (value instanceof List) ? "list" : "datetime";
	}

	private Object value(int depth) {
		int kinds = (depth > 0) ? 15 : 10;
		return switch (this.random.nextInt(kinds)) {
			case 0 -> null;
			case 1 -> this.random.nextBoolean();
			case 2 -> this.random.nextInt();
			case 3 -> new BigInteger(70 + this.random.nextInt(200), this.random).setBit(69);
			case 4 -> Double.longBitsToDouble(this.random.nextLong());
			case 5 -> this.random.nextInt(1000) / 8.0 * Math.pow(10, this.random.nextInt(30) - 10);
			case 6, 7 -> text();
			case 8 -> time();
			case 9 -> bytes();
			case 10 -> list(depth);
			case 11 -> Tuple.copyOf(list(depth));
			case 12 -> set();
			case 13 -> integerKeys(depth);
			default -> textKeys(depth);
		};
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		int words = this.random.nextInt(this.random.nextInt(10) == 0 ? 60 : 5);
		for (int word = 0; word < words; word++) {
			text.append(WORDS[this.random.nextInt(WORDS.length)]);
			text.append(this.random.nextBoolean() ? " " : "");
		}
		return text.toString();
	}

	private Object time() {
		LocalDateTime time = LocalDateTime.of(1 + this.random.nextInt(9999), 1, 1, 0, 0)
			.plusSeconds(this.random.nextInt(365 * 86400))
			.plusNanos(this.random.nextBoolean() ? 0 : this.random.nextInt(1_000_000) * 1000L);
		return switch (this.random.nextInt(3)) {
			case 0 -> time.toLocalDate();
			case 1 -> time;
			default -> time.atOffset(ZoneOffset.ofTotalSeconds(60 * (this.random.nextInt(1440) - 720)));
		};
	}

	private byte[] bytes() {
		byte[] bytes = new byte[this.random.nextInt(200)];
		this.random.nextBytes(bytes);
		return bytes;
	}

	private List<Object> list(int depth) {
		List<Object> list = new ArrayList<>();
		for (int size = this.random.nextInt(4); size > 0; size--) {
			list.add(value(depth - 1));
		}
		return list;
	}

	private Set<Object> set() {
		Set<Object> set = new LinkedHashSet<>();
		for (int size = this.random.nextInt(4); size > 0; size--) {
			set.add(text());
		}
		return set;
	}

	private Map<Object, Object> integerKeys(int depth) {
		Map<Object, Object> map = new LinkedHashMap<>();
		for (int size = this.random.nextInt(4); size > 0; size--) {
			map.put(this.random.nextInt(), value(depth - 1));
		}
		return map;
	}

	private Map<Object, Object> textKeys(int depth) {
		if (this.random.nextInt(10) == 0) {
			return Map.of(Tuple.of(this.random.nextInt(), text()), list(depth));
		}
		Map<Object, Object> map = new LinkedHashMap<>();
		for (int size = this.random.nextInt(4); size > 0; size--) {
			map.put(text(), value(depth - 1));
		}
		return map;
	}

}

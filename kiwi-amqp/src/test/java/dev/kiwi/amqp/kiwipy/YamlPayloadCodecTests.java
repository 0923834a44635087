package dev.kiwi.amqp.kiwipy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.kiwi.PayloadException;
import dev.kiwi.TypeRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class YamlPayloadCodecTests {

	private final YamlPayloadCodec codec = new YamlPayloadCodec();

	/** What PyYAML writes for a value, and reads as that value. */
	static Stream<Arguments> exchanged() {
		return Stream.of(Arguments.of(null, "null\n...\n"), Arguments.of(true, "true\n...\n"),
				Arguments.of(42, "42\n...\n"), Arguments.of(-7, "-7\n...\n"),
				Arguments.of(3_000_000_000L, "3000000000\n...\n"),
				Arguments.of(BigInteger.TWO.pow(70), "1180591620717411303424\n...\n"), Arguments.of(3.5, "3.5\n...\n"),
				Arguments.of(1e5, "100000.0\n...\n"), Arguments.of(1e10, "10000000000.0\n...\n"),
				Arguments.of(1e16, "1.0e+16\n...\n"), Arguments.of(1.5e300, "1.5e+300\n...\n"),
				Arguments.of(1e-7, "1.0e-07\n...\n"), Arguments.of(0.0001, "0.0001\n...\n"),
				Arguments.of(2e-3, "0.002\n...\n"), Arguments.of(5e-324, "5.0e-324\n...\n"),
				Arguments.of(Math.pow(2, -44), "5.684341886080802e-14\n...\n"), Arguments.of(-0.0, "-0.0\n...\n"),
				Arguments.of(0.1 + 0.2, "0.30000000000000004\n...\n"), Arguments.of(Double.NaN, ".nan\n...\n"),
				Arguments.of(Double.NEGATIVE_INFINITY, "-.inf\n...\n"), Arguments.of("", "''\n"),
				Arguments.of("pause", "pause\n...\n"), Arguments.of("yes", "'yes'\n"), Arguments.of("off", "'off'\n"),
				Arguments.of("y", "y\n...\n"), Arguments.of("0123", "'0123'\n"), Arguments.of("089", "089\n...\n"),
				Arguments.of("1e5", "1e5\n...\n"), Arguments.of("1.0E10", "1.0E10\n...\n"),
				Arguments.of("1.0e+10", "'1.0e+10'\n"), Arguments.of("12:30", "'12:30'\n"),
				Arguments.of("null", "'null'\n"), Arguments.of("2026-01-02", "'2026-01-02'\n"),
				Arguments.of("~", "'~'\n"), Arguments.of("=", "'='\n"), Arguments.of("<<", "'<<'\n"),
				Arguments.of("- a", "'- a'\n"), Arguments.of("a: b", "'a: b'\n"), Arguments.of("it's", "it's\n...\n"),
				Arguments.of("'", "''''\n"), Arguments.of(" a", "' a'\n"), Arguments.of("a #b", "'a #b'\n"),
				Arguments.of("a\nb", "'a\n\n  b'\n"), Arguments.of("a\tb", "\"a\\tb\"\n"),
				Arguments.of("é你🥝", "\"\\xE9\\u4F60\\U0001F95D\"\n"), Arguments.of("\0\u007f", "\"\\0\\x7F\"\n"),
				Arguments.of("\ud800", "\"\\uD800\"\n"), Arguments.of(new byte[] { 0, 1, -1 }, "!!binary |\n  AAH/\n"),
				Arguments.of(new byte[0], "!!binary \"\"\n"),
				Arguments.of(LocalDate.of(2026, 1, 2), "2026-01-02\n...\n"),
				Arguments.of(LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_000_000), "2026-01-02 03:04:05.678000\n...\n"),
				Arguments.of(OffsetDateTime.parse("2026-01-02T03:04:05+05:30"), "2026-01-02 03:04:05+05:30\n...\n"),
				Arguments.of(List.of(), "[]\n"), Arguments.of(Map.of(), "{}\n"),
				Arguments.of(Tuple.of(1, "b"), "!!python/tuple\n- 1\n- b\n"),
				Arguments.of(Set.of(1), "!!set\n1: null\n"),
				Arguments.of(Map.of("b", List.of(1, List.of(2)), "a", Map.of()), "a: {}\nb:\n- 1\n- - 2\n"),
				Arguments.of(Map.of(1, "a", 2, "b"), "1: a\n2: b\n"), Arguments.of(Map.of(true, "a"), "true: a\n"),
				Arguments.of(Map.of(Tuple.of(1, 2), "a"), "? !!python/tuple\n- 1\n- 2\n: a\n"),
				Arguments.of(Map.of("", 1), "? ''\n: 1\n"),
				Arguments.of(List.of(Map.of("k", List.of(1))), "- k:\n  - 1\n"));
	}

	@ParameterizedTest
	@MethodSource("exchanged")
	void aValueIsWrittenAndReadAsByPython(Object value, String yaml) {
		assertThat(text(value)).isEqualTo(yaml);
		assertThat(read(yaml)).isEqualTo(value).satisfies((read) -> {
			if (value != null && !(value instanceof List) && !(value instanceof Map) && !(value instanceof Set)) {
				assertThat(read).isInstanceOf(value.getClass());
			}
			assertThat(read instanceof Tuple).isEqualTo(value instanceof Tuple);
		});
	}

	/** What Python's loader makes of what others may write. */
	static Stream<Arguments> read() {
		return Stream.of(Arguments.of("on", true), Arguments.of("No", false), Arguments.of("0123", 83),
				Arguments.of("0x1F", 31), Arguments.of("0b101", 5), Arguments.of("1_000", 1000),
				Arguments.of("12:30", 750), Arguments.of("-1:30.5", -90.5), Arguments.of("1e5", "1e5"),
				Arguments.of("1.e+3", 1000.0), Arguments.of("+.INF", Double.POSITIVE_INFINITY), Arguments.of("~", null),
				Arguments.of("2026-1-2 3:04:05Z", OffsetDateTime.parse("2026-01-02T03:04:05Z")),
				Arguments.of("2026-01-02T03:04:05.5 -3", OffsetDateTime.parse("2026-01-02T03:04:05.5-03:00")),
				Arguments.of("!!str 12", "12"), Arguments.of("!!float 3", 3.0),
				Arguments.of("{a: 1, b: [x, y]}", Map.of("a", 1, "b", List.of("x", "y"))),
				Arguments.of("|\n a\n b\n", "a\nb\n"), Arguments.of("[1, true]", List.of(1, true)));
	}

	@ParameterizedTest
	@MethodSource("read")
	void whatOthersWriteIsReadByPythonsRules(String yaml, Object value) {
		assertThat(read(yaml)).isEqualTo(value);
	}

	@Test
	void longLinesAreFoldedAndStayWhatTheyAre() {
		String text = "word ".repeat(40).strip();
		assertThat(text(text)).contains("\n  word");
		assertThat(read(text(text))).isEqualTo(text);
	}

	@Test
	void sharedReferencesStayShared() {
		List<Integer> shared = new ArrayList<>(List.of(1));
		String yaml = text(List.of(shared, shared));
		assertThat(yaml).isEqualTo("- &id001\n  - 1\n- *id001\n");
		List<?> read = (List<?>) read(yaml);
		assertThat(read.get(0)).isSameAs(read.get(1));
	}

	@Test
	void emptyCollectionsAndScalarsAreNeverShared() {
		assertThat(text(List.of(List.of(), List.of()))).isEqualTo("- []\n- []\n");
		assertThat(text(List.of(Colour.RED, Colour.RED))).isEqualTo("- RED\n- RED\n");
	}

	@Test
	void recordsAreMappingsAndKeepTheirTypes() throws Exception {
		Job job = new Job("yes", BigInteger.TWO.pow(70), new byte[] { 1 }, LocalDate.of(2026, 1, 2),
				Instant.parse("2026-01-02T03:04:05Z"), Set.of(3), Map.of(1, "one"), List.of(new Point(0.1f, 2)),
				Tuple.of(1, LocalDate.of(2026, 1, 2)), new BigDecimal("0.12345678901234567890123"));
		String yaml = text(job);
		assertThat(yaml).contains("name: 'yes'", "big: 1180591620717411303424", "data: !!binary |\n  AQ==\n",
				"day: 2026-01-02\n", "at: 2026-01-02 03:04:05+00:00", "ids: !!set\n  3: null", "names:\n  1: one\n",
				"points:\n- x: 0.1\n  y: 2\n", "anything: !!python/tuple\n- 1\n- 2026-01-02\n");
		assertThat((Job) this.codec.decode(bytes(yaml), Job.class)).usingRecursiveComparison().isEqualTo(job);
	}

	@Test
	void declaredTypesAreMetFromWhatPythonHas() throws Exception {
		assertThat(read("!!python/tuple [1, 2]", new TypeRef<List<Long>>() {
		})).isEqualTo(List.of(1L, 2L));
		assertThat(read("!!set {a: null}", new TypeRef<List<String>>() {
		})).isEqualTo(List.of("a"));
		assertThat(read("{1: 2026-01-02}", new TypeRef<Map<Integer, String>>() {
		})).isEqualTo(Map.of(1, "2026-01-02"));
		assertThat(read("2026-01-02 03:04:05Z", new TypeRef<Instant>() {
		})).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
		assertThat(read("{a: !!set {1: null}, b: {2: x}}", new TypeRef<Map<String, Object>>() {
		})).isEqualTo(Map.of("a", Set.of(1), "b", Map.of(2, "x")));
		assertThat(read("? !!python/tuple [1, 2]\n: {x: 1, y: 2}", new TypeRef<Map<List<Integer>, Point>>() {
		})).isEqualTo(Map.of(List.of(1, 2), new Point(1, 2)));
		assertThat(read("{1: a, 2026-01-02: {3: null}}", new TypeRef<Map<?, ?>>() {
		})).isEqualTo(Map.of(1, "a", LocalDate.of(2026, 1, 2), Collections.singletonMap(3, null)));
		assertThat(read("{1: a}", new TypeRef<TreeMap<Integer, String>>() {
		})).isEqualTo(Map.of(1, "a"));
		assertThat(read("{a: !!python/tuple [1]}", new TypeRef<Map<String, Tuple>>() {
		})).isEqualTo(Map.of("a", Tuple.of(1)));
		assertThat((int[]) this.codec.decode(bytes("!!python/tuple [1, 2]"), int[].class)).containsExactly(1, 2);
		assertThat((byte[]) this.codec.decode(bytes("!!binary AQ=="), byte[].class)).containsExactly(1);
	}

	@Test
	void aDeclaredTypeThatDoesNotFitIsRefused() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(bytes("name: [1]"), Job.class))
			.withMessageContaining("cannot be read as");
	}

	@ParameterizedTest
	@ValueSource(strings = { "!!python/object/apply:os.system ['true']", "!!python/name:os.system",
			"!!javax.script.X []", "!!java.net.URL ['http://localhost']", "!local 1", "{!!python/object:a.B {}: 1}",
			"<<: {a: 1}", "=" })
	void anUnknownTagIsAClearError(String yaml) {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read(yaml))
			.withMessageContaining("tag")
			.withMessageContaining("send the value as one of these");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a: [", "[1, 2", "\t- a", "a\n--- \nb", "!!int x", "!!int [1]", "2026-13-41",
			"*nowhere", "&a [*a]", "\"\\q\"", "\0", "{&a k: *a, [*b]: 1}" })
	void whatIsNoDocumentIsAClearError(String yaml) {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read(yaml));
	}

	@Test
	void anAliasBombIsRefusedAtOnce() {
		StringBuilder bomb = new StringBuilder("- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
		for (int level = 1; level < 40; level++) {
			String alias = "*a" + (level - 1);
			bomb.append("- &a").append(level).append(" [");
			bomb.append(String.join(", ", Collections.nCopies(10, alias))).append("]\n");
		}
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read(bomb.toString()))
			.withMessageContaining("aliases");
	}

	@Test
	void aStaircaseOfAliasesIsRefused() {
		StringBuilder stairs = new StringBuilder("- &a0 [x]\n");
		for (int level = 1; level < 50_000; level++) {
			stairs.append("- &a").append(level).append(" [*a").append(level - 1).append("]\n");
		}
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read(stairs.toString()))
			.withMessageContaining("levels");
	}

	@Test
	void whatIsTooLongIsRefusedUnread() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(new byte[PythonYaml.MAX_BYTES + 1], Object.class))
			.withMessageContaining("bytes");
	}

	@Test
	void deepNestingIsRefused() {
		for (String deep : List.of("[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000),
				"? ".repeat(100_000))) {
			assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read(deep));
		}
	}

	@Test
	void giantDocumentsAreRefused() {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read("[" + "a,".repeat(3_000_000) + "]"))
			.withMessageContaining("1000000");
	}

	@Test
	void giantNumbersAreRefused() {
		for (String giant : List.of("9".repeat(1_000_000), "1" + ":1".repeat(1_000_000),
				"0." + "1".repeat(1_000_000))) {
			assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> read(giant))
				.withMessageContaining("digits");
		}
	}

	@Test
	void whatPythonCouldNotReadIsNotSent() {
		List<Object> itself = new ArrayList<>();
		itself.add(itself);
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.codec.encode(itself));
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.encode(LocalDate.of(12_000, 1, 1)))
			.withMessageContaining("year");
	}

	private String text(Object value) {
		return new String(this.codec.encode(value), StandardCharsets.UTF_8);
	}

	private Object read(String yaml) {
		return this.codec.decode(bytes(yaml), Object.class);
	}

	private <T> Object read(String yaml, TypeRef<T> type) {
		return this.codec.decode(bytes(yaml), type.type());
	}

	private static byte[] bytes(String yaml) {
		return yaml.getBytes(StandardCharsets.UTF_8);
	}

	enum Colour {

		RED

	}

	record Point(float x, int y) {
	}

	record Job(String name, BigInteger big, byte[] data, LocalDate day, Instant at, Set<Integer> ids,
			Map<Integer, String> names, List<Point> points, Object anything, BigDecimal exact) {
	}

}

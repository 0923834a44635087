package dev.kiwi.codec;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.kiwi.PayloadException;
import dev.kiwi.TypeRef;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JacksonPayloadCodecTests {

	private final JacksonPayloadCodec codec = new JacksonPayloadCodec();

	@Test
	void recordsInGenericTypesComeBackAsTheyWere() {
		List<Point> points = List.of(new Point(1, 2), new Point(3, 4));
		assertThat(this.codec.decode(this.codec.encode(points), new TypeRef<List<Point>>() {
		}.type())).isEqualTo(points);
	}

	@Test
	void nullComesBackAsNull() {
		assertThat(this.codec.decode(this.codec.encode(null), Point.class)).isNull();
	}

	@Test
	void theBytesNeverChooseAType() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(bytes("[\"java.util.ArrayList\", [1]]"), Point.class))
			.withMessageContaining(Point.class.getTypeName());
	}

	@Test
	void nestingOfTenThousandIsRefused() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.decode(bytes("[".repeat(10_000) + "]".repeat(10_000)), Object.class))
			.withMessageContaining("nesting depth");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private record Point(int x, int y) {
	}

}

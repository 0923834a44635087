package dev.kiwi;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TextPatternTests {

	@ParameterizedTest
	@CsvSource({ "a.b, a.b", "*, a", "*, ''", "'', ''", "a*, a", "a*, a.b.c", "*.c, a.b.c", "a.*.c, a.b.b.c",
			"a*c*e, abcde", "**, ab", "state_changed.*.terminated, state_changed.a.b.terminated" })
	void aGlobMatchesTheWholeTextAcrossDots(String glob, String text) {
		assertThat(TextPattern.parse(glob).matches(text)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "a.b, a.b.c", "a.b, x.a.b", "a.b, axb", "'', a", "a*, ba", "*.c, a.c.d", "a.*.c, a.c", "a*c*e, ace.",
			"A, a", "ab*bc, abc", "a*a, a", "*ab*b, ab" })
	void aGlobMatchesNoPartAndNoOtherText(String glob, String text) {
		assertThat(TextPattern.parse(glob).matches(text)).isFalse();
	}

	@Test
	@Timeout(10)
	void manyStarsTakeNoLonger() {
		assertThat(TextPattern.glob("*a".repeat(50) + "b").matches("a".repeat(1000))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.b", "[a]", "a?", "(a|b)", "^a$", "a+", "{1}", "\\", "\\d", "\\E", "\\Q", "a\\Eb\\Q.",
			"\\Q\\E", "\\\\E", "#", "$1", "\uD83E\uDD5D", "two words", "regex", "line\nbreak" })
	void allButTheStarIsItself(String literal) {
		assertThat(TextPattern.parse(literal).matches(literal)).isTrue();
		assertThat(TextPattern.parse(literal).matches(literal + "x")).isFalse();
		assertThat(TextPattern.parse(literal + "*").matches(literal + "\nand more")).isTrue();
		assertThat(TextPattern.parse("*" + literal + "*").matches("x" + literal + "y")).isTrue();
	}

	@Test
	void aRegularExpressionMatchesTheWholeText() {
		TextPattern pattern = TextPattern.parse("regex:state\\.(running|paused)");
		assertThat(pattern.syntax()).isEqualTo(TextPattern.Syntax.REGEX);
		assertThat(pattern.expression()).isEqualTo("state\\.(running|paused)");
		assertThat(pattern.matches("state.running")).isTrue();
		assertThat(pattern.matches("state.running.x")).isFalse();
		assertThat(pattern.matches("my.state.running")).isFalse();
		assertThat(TextPattern.parse("regex:a|b").matches("ab")).isFalse();
	}

	@Test
	void aMalformedExpressionIsNamedWithThePlace() {
		assertThatIllegalArgumentException().isThrownBy(() -> TextPattern.parse("regex:a(b"))
			.withMessageContaining("regex:a(b")
			.withMessageContaining("index");
	}

	@Test
	void patternsOfTheSameTextAreEqualOnlyInTheSameSyntax() {
		assertThat(TextPattern.parse("a.*")).isEqualTo(TextPattern.glob("a.*")).hasSameHashCodeAs("a.*");
		assertThat(TextPattern.glob("a.*")).isNotEqualTo(TextPattern.regex("a.*"));
		assertThat(TextPattern.parse("regex:a.*")).isEqualTo(TextPattern.regex("a.*"));
	}

	@ParameterizedTest
	@MethodSource
	void aPatternReadsAsItWasWritten(String text) {
		assertThat(TextPattern.parse(text)).hasToString(text);
	}

	static Stream<String> aPatternReadsAsItWasWritten() {
		return Stream.of("a.*", "regex:a.*", "");
	}

}

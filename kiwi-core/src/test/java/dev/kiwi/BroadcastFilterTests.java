package dev.kiwi;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BroadcastFilterTests {

	@Test
	void withoutPatternsEverythingPasses() {
		assertThat(BroadcastFilter.any().matches(null, null)).isTrue();
		assertThat(BroadcastFilter.any().matches("a", "b")).isTrue();
		assertThat(BroadcastFilter.subject().matches(null, "b")).isTrue();
	}

	@Test
	void whatIsAbsentPassesNoPattern() {
		assertThat(BroadcastFilter.subject("*").matches(null, "s")).isFalse();
		assertThat(BroadcastFilter.from("*").matches("a", null)).isFalse();
		assertThat(BroadcastFilter.subject("*").matches("", null)).isTrue();
		assertThat(BroadcastFilter.subject("a").matches("a", null)).isTrue();
	}

	@Test
	void patternsOfOneKindAreAlternatives() {
		BroadcastFilter filter = BroadcastFilter.subject("a.*", "regex:b+").withSubjects("c");
		assertThat(List.of("a.x", "bb", "c")).allMatch((subject) -> filter.matches(subject, null));
		assertThat(List.of("a", "abb", "cc")).noneMatch((subject) -> filter.matches(subject, null));
	}

	@Test
	void subjectAndSenderMustBothPass() {
		BroadcastFilter filter = BroadcastFilter.subject("a", "b").sender("s", "t*");
		assertThat(filter.matches("b", "tt")).isTrue();
		assertThat(filter.matches("b", "x")).isFalse();
		assertThat(filter.matches("c", "s")).isFalse();
		assertThat(filter.matches("a", null)).isFalse();
		assertThat(filter.matches(null, "s")).isFalse();
	}

	@Test
	void aFilterIsAValue() {
		List<TextPattern> patterns = new ArrayList<>(List.of(TextPattern.glob("a")));
		BroadcastFilter filter = new BroadcastFilter(patterns, List.of());
		patterns.clear();
		assertThat(filter).isEqualTo(BroadcastFilter.subject("a"));
		BroadcastFilter wider = filter.withSubjects("b");
		assertThat(filter.matches("b", null)).isFalse();
		assertThat(wider.matches("b", null)).isTrue();
	}

	@Test
	void itsTextNamesWhatItWants() {
		assertThat(BroadcastFilter.any()).hasToString("subject *");
		assertThat(BroadcastFilter.subject("a.*").sender("regex:s")).hasToString("subject [a.*] sender [regex:s]");
	}

}

package dev.kiwi.engine;

import java.util.Map;

import dev.kiwi.InvalidIdentifierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IdentifiersTests {

	@ParameterizedTest
	@ValueSource(strings = { "relax", "process.7", "a/b:c@d+e~f=g$h-i_j" })
	void plainNamesAreAllowed(String name) {
		assertThat(Identifiers.queue(name)).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a*", "#", "two words", "tab\there", "line\nbreak", "\u0000", "caf\u00e9",
			"\uD83E\uDD5D", "quote'", "semi;colon", "back\\slash" })
	void wildcardsSpacesControlCharactersAndForeignLettersAreNot(String name) {
		assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> Identifiers.queue(name))
			.withMessageContaining("queue name")
			.withMessageContaining("use 1 to 200 of the characters")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContainPattern("\\p{Cntrl}"));
	}

	@Test
	void aNameOf300CharactersIsNotAllowedAndNotRepeatedInFull() {
		assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> Identifiers.rpc("x".repeat(300)))
			.withMessageContaining("300 characters")
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(250));
	}

	@Test
	void aSubjectIsBoundedInBytesNotCharacters() {
		Identifiers.subject("s".repeat(255));
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> Identifiers.subject("\u00e9".repeat(128)))
			.withMessageContaining("256 bytes");
	}

	@Test
	void headersOfKiwisOwnAreNotTheUsers() {
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> Identifiers.headers(Map.of("kiwi-attempts", "0")))
			.withMessageContaining("kiwi-attempts");
	}

	@Test
	void headersThatWouldNotFitIntoAFrameAreRefused() {
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> Identifiers.headers(Map.of("long", "x".repeat(40_000))))
			.withMessageContaining("40004 bytes");
	}

}

package dev.kiwi.amqp;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.kiwi.BroadcastFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BindingKeysTests {

	private static final String[] PIECES = { "a", "b", ".", ".", "*", "#", "@", "", "ü", "\n" };

	@ParameterizedTest
	@CsvSource(nullValues = "null", value = { "state.done, worker, state.done.@.worker", "state, null, state.@",
			"null, worker, @.worker", "null, null, @", "'', null, .@" })
	void aRoutingKeyIsTheSubjectAndTheSender(String subject, String sender, String key) {
		assertThat(BindingKeys.routingKey(subject, sender)).isEqualTo(key);
	}

	@ParameterizedTest
	@CsvSource({ "state.done, state.done.@.#", "state.*, state.#.@.#", "*.done, #.done.@.#", "st*te.done, #.done.@.#",
			"a.*.*.b, a.#.b.@.#", "regex:a|b, #.@.#", "*, #.@.#" })
	void aSubjectIsBoundAtLeastAsWideAsItIsMeant(String pattern, String key) {
		assertThat(BindingKeys.of(List.of(BroadcastFilter.subject(pattern)))).containsExactly(key,
				BindingKeys.OVERFLOW);
	}

	@Test
	void nothingWantedBindsNothing() {
		assertThat(BindingKeys.of(List.of())).isEmpty();
	}

	@Test
	void aKeyTooLongForAmqpGoesUnderTheKeyThatAllAreBoundTo() {
		assertThat(BindingKeys.routingKey("s".repeat(200), "t".repeat(200))).isEqualTo(BindingKeys.OVERFLOW);
		assertThat(BindingKeys.of(List.of(BroadcastFilter.subject("s".repeat(255))))).containsExactly("#");
	}

	@Test
	void whateverAFilterLetsPassItsBindingsLetPass() {
		Random random = new Random(42);
		int matching = 0;
		for (int round = 0; round < 200_000; round++) {
			BroadcastFilter filter = BroadcastFilter.any();
			for (int count = random.nextInt(3); count > 0; count--) {
				filter = filter.withSubjects(text(random));
			}
			for (int count = random.nextInt(2); count > 0; count--) {
				filter = filter.sender(text(random));
			}
			String subject = random.nextInt(5) == 0 ? null : text(random);
			String sender = random.nextInt(5) == 0 ? null : text(random);
			if (filter.matches(subject, sender)) {
				matching++;
				Set<String> keys = BindingKeys.of(List.of(filter));
				String key = BindingKeys.routingKey(subject, sender);
				assertThat(keys).as("%s for %s from %s as %s", filter, subject, sender, key)
					.anyMatch((binding) -> passes(binding, key));
			}
		}
		assertThat(matching).isGreaterThan(10_000);
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int count = random.nextInt(6); count > 0; count--) {
			text.append(PIECES[random.nextInt(PIECES.length)]);
		}
		return text.toString();
	}

	/** As a topic exchange does it. */
	private static boolean passes(String binding, String key) {
		return passes(Arrays.asList(binding.split("\\.", -1)), Arrays.asList(key.split("\\.", -1)));
	}

	private static boolean passes(List<String> binding, List<String> key) {
		if (binding.isEmpty()) {
			return key.isEmpty();
		}
		List<String> rest = binding.subList(1, binding.size());
		if (binding.get(0).equals("#")) {
			return passes(rest, key) || (!key.isEmpty() && passes(binding, key.subList(1, key.size())));
		}
		return !key.isEmpty() && (binding.get(0).equals("*") || binding.get(0).equals(key.get(0)))
				&& passes(rest, key.subList(1, key.size()));
	}

}

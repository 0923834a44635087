package dev.kiwi.amqp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.TextPattern;
import org.jspecify.annotations.Nullable;

/**
 * Routing keys of broadcasts, and the binding keys that filters become. A binding lets
 * pass everything that its filter does and may let pass more; the rest is filtered where
 * it arrives.
 * <p>
 * A routing key is the subject's words, the word {@code @}, and the sender's words:
 * {@code state.done.@.worker.1}. An absent subject or sender has no words, an empty one
 * has one empty word.
 */
final class BindingKeys {

	/** For routing keys that AMQP cannot carry; every queue is bound to it. */
	static final String OVERFLOW = "~";

	private static final int MAX_BYTES = 255;

	/** Combinations of subjects and senders beyond which the senders are left away. */
	private static final int MAX_COMBINATIONS = 64;

	private static final String ANY = "#";

	private static final String SEPARATOR = "@";

	private BindingKeys() {
	}

	static String routingKey(@Nullable String subject, @Nullable String sender) {
		String key = join(subject, sender);
		return fits(key) ? key : OVERFLOW;
	}

	static Set<String> of(Collection<BroadcastFilter> filters) {
		Set<String> keys = new LinkedHashSet<>();
		for (BroadcastFilter filter : filters) {
			Set<String> subjects = parts(filter.subjects());
			Set<String> senders = parts(filter.senders());
			if (subjects.size() * senders.size() > MAX_COMBINATIONS) {
				senders = Set.of(ANY);
			}
			for (String subject : subjects) {
				for (String sender : senders) {
					String key = collapse(join(subject, sender));
					keys.add(fits(key) ? key : ANY);
				}
			}
		}
		if (keys.contains(ANY)) {
			return Set.of(ANY);
		}
		if (!keys.isEmpty()) {
			keys.add(OVERFLOW);
		}
		return keys;
	}

	private static Set<String> parts(List<TextPattern> patterns) {
		Set<String> parts = new LinkedHashSet<>();
		patterns.forEach((pattern) -> parts.add(part(pattern)));
		return (parts.isEmpty() || parts.contains(ANY)) ? Set.of(ANY) : parts;
	}

	private static String part(TextPattern pattern) {
		if (pattern.syntax() == TextPattern.Syntax.REGEX) {
			return ANY;
		}
		List<String> words = new ArrayList<>();
		for (String word : pattern.expression().split("\\.", -1)) {
			words.add(word.contains("*") ? ANY : word);
		}
		return collapse(String.join(".", words));
	}

	/** The broker's matching takes exponential time over many wildcards in a row. */
	private static String collapse(String key) {
		List<String> words = new ArrayList<>();
		for (String word : key.split("\\.", -1)) {
			if (!ANY.equals(word) || words.isEmpty() || !ANY.equals(words.get(words.size() - 1))) {
				words.add(word);
			}
		}
		return String.join(".", words);
	}

	private static String join(@Nullable String subject, @Nullable String sender) {
		return ((subject != null) ? subject + "." : "") + SEPARATOR + ((sender != null) ? "." + sender : "");
	}

	private static boolean fits(String key) {
		return key.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
	}

}

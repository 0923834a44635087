package dev.kiwi.amqp.kiwipy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The order of a mapping's entries: PyYAML sorts them where Python can compare the keys.
 */
final class PythonOrder {

	private PythonOrder() {
	}

	static Collection<? extends Map.Entry<?, ?>> sorted(Collection<? extends Map.Entry<?, ?>> entries) {
		boolean texts = entries.stream().allMatch((entry) -> entry.getKey() instanceof String);
		boolean integers = !texts && entries.stream()
			.allMatch((entry) -> entry.getKey() instanceof Integer || entry.getKey() instanceof Long);
		if (!texts && !integers) {
			return entries;
		}
		List<Map.Entry<?, ?>> sorted = new ArrayList<>(entries);
		sorted.sort(texts ? Comparator.comparing((entry) -> (String) entry.getKey(), PythonOrder::compare)
				: Comparator.comparingLong((entry) -> ((Number) entry.getKey()).longValue()));
		return sorted;
	}

	/** By code point, where Java compares the halves of astral ones. */
	private static int compare(String one, String other) {
		int index = 0;
		while (index < one.length() && index < other.length()) {
			int first = one.codePointAt(index);
			int second = other.codePointAt(index);
			if (first != second) {
				return Integer.compare(first, second);
			}
			index += Character.charCount(first);
		}
		return Integer.compare(one.length(), other.length());
	}

}

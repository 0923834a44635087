package dev.kiwi.amqp.kiwipy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.kiwi.PayloadException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Nodes as plain Java values. The tag chooses among a dozen of types that are listed
 * here, and nothing else.
 */
final class PythonValues {

	/** A double has no more digits to say. */
	private static final int DIGITS_OF_DOUBLE = 17;

	private final Map<Node, @Nullable Object> shared = new IdentityHashMap<>();

	private PythonValues() {
	}

	static @Nullable Object of(Node document) {
		return new PythonValues().value(document);
	}

	private @Nullable Object value(Node node) {
		if (node instanceof ScalarNode scalar) {
			return scalar(scalar);
		}
		Object known = this.shared.get(node);
		if (known == null) {
			known = (node instanceof SequenceNode sequence) ? sequence(sequence) : mapping((MappingNode) node);
			this.shared.put(node, known);
		}
		return known;
	}

	private List<@Nullable Object> sequence(SequenceNode node) {
		List<@Nullable Object> list = new ArrayList<>();
		for (Node item : node.getValue()) {
			list.add(value(item));
		}
		if (node.getTag().equals(PythonResolver.TUPLE)) {
			return Tuple.copyOf(list);
		}
		require(node, node.getTag().equals(Tag.SEQ));
		return list;
	}

	private Object mapping(MappingNode node) {
		if (node.getTag().equals(Tag.SET)) {
			Set<@Nullable Object> set = new LinkedHashSet<>();
			for (NodeTuple entry : node.getValue()) {
				set.add(value(entry.getKeyNode()));
			}
			return set;
		}
		require(node, node.getTag().equals(Tag.MAP));
		Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
		for (NodeTuple entry : node.getValue()) {
			map.put(value(entry.getKeyNode()), value(entry.getValueNode()));
		}
		return map;
	}

	private static @Nullable Object scalar(ScalarNode node) {
		String text = node.getValue();
		Tag tag = node.getTag();
		if (tag.equals(Tag.STR)) {
			return text;
		}
		try {
			if (tag.equals(Tag.NULL)) {
				return null;
			}
			if (tag.equals(Tag.BOOL)) {
				return bool(text);
			}
			if (tag.equals(Tag.INT)) {
				return integer(bounded(text).replace("_", ""));
			}
			if (tag.equals(Tag.FLOAT)) {
				return real(bounded(text).replace("_", "").toLowerCase(Locale.ROOT));
			}
			if (tag.equals(Tag.TIMESTAMP)) {
				return PythonTimes.parse(text);
			}
			if (tag.equals(Tag.BINARY)) {
				return Base64.getMimeDecoder().decode(text);
			}
		}
		catch (RuntimeException ex) {
			String start = text.substring(0, Math.min(text.length(), 40));
			throw new PayloadException("'" + start + "' is no " + tag + ": " + ex.getMessage(), ex);
		}
		require(node, false);
		return null;
	}

	private static boolean bool(String text) {
		return switch (text.toLowerCase(Locale.ROOT)) {
			case "yes", "true", "on" -> true;
			case "no", "false", "off" -> false;
			default -> throw new IllegalArgumentException("yes, no, true, false, on and off are");
		};
	}

	/** The time to read a number grows with the square of its length. */
	private static String bounded(String text) {
		if (text.length() > PythonResolver.MAX_NUMBER) {
			throw new IllegalArgumentException("it has more than " + PythonResolver.MAX_NUMBER + " digits");
		}
		return text;
	}

	private static Number integer(String text) {
		boolean negative = text.startsWith("-");
		String digits = (negative || text.startsWith("+")) ? text.substring(1) : text;
		BigInteger value;
		if (digits.startsWith("0b")) {
			value = new BigInteger(digits.substring(2), 2);
		}
		else if (digits.startsWith("0x")) {
			value = new BigInteger(digits.substring(2), 16);
		}
		else if (digits.indexOf(':') >= 0) {
			value = base60(digits).toBigIntegerExact();
		}
		else {
			value = new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
		}
		return narrowed(negative ? value.negate() : value);
	}

	private static Number narrowed(BigInteger value) {
		if (value.bitLength() < Integer.SIZE) {
			return value.intValue();
		}
		return (value.bitLength() < Long.SIZE) ? (Number) value.longValue() : value;
	}

	/** Twelve thirty is 750. */
	private static BigDecimal base60(String digits) {
		BigDecimal value = BigDecimal.ZERO;
		for (String digit : digits.split(":")) {
			value = value.multiply(BigDecimal.valueOf(60)).add(new BigDecimal(digit));
		}
		return value;
	}

	private static Number real(String text) {
		boolean negative = text.startsWith("-");
		String digits = (negative || text.startsWith("+")) ? text.substring(1) : text;
		if (digits.equals(".inf")) {
			return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
		}
		if (digits.equals(".nan")) {
			return Double.NaN;
		}
		if (digits.indexOf(':') >= 0) {
			double value = base60(digits).doubleValue();
			return negative ? -value : value;
		}
		double value = Double.parseDouble(text);
		if (digits.length() > DIGITS_OF_DOUBLE && !Double.isInfinite(value)) {
			BigDecimal exact = new BigDecimal(text);
			return (exact.compareTo(new BigDecimal(PythonNodes.digits(value))) != 0) ? (Number) exact : value;
		}
		return value;
	}

	private static void require(Node node, boolean known) {
		if (!known) {
			throw new PayloadException("The YAML tag '" + node.getTag() + "' is not read: kiwi knows null, bool, int, "
					+ "float, str, binary, timestamp, list, dict, set and python/tuple; send the value as one of these");
		}
	}

}

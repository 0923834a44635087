package dev.kiwi.amqp.kiwipy;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.kiwi.PayloadException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Java values as nodes. A collection that is met twice becomes one node, as in Python.
 */
final class PythonNodes {

	/** Python breaks its base 64 after 57 bytes. */
	private static final Base64.Encoder BASE_64 = Base64.getMimeEncoder(76, new byte[] { '\n' });

	private static final List<RoundingMode> NEAREST_FIRST = List.of(RoundingMode.HALF_EVEN, RoundingMode.UP,
			RoundingMode.DOWN);

	private final UnaryOperator<@Nullable Object> beans;

	private final Map<Object, Node> shared = new IdentityHashMap<>();

	private int depth;

	/**
	 * Makes nodes.
	 * @param beans what becomes of a value of no other type: a map, a list, or a scalar
	 */
	PythonNodes(UnaryOperator<@Nullable Object> beans) {
		this.beans = beans;
	}

	Node node(@Nullable Object value) {
		Node scalar = scalar(value);
		if (scalar != null || value == null) {
			return (scalar != null) ? scalar : scalar(Tag.NULL, "null");
		}
		Node known = this.shared.get(value);
		if (known != null) {
			return known;
		}
		this.depth++;
		if (this.depth > PythonYaml.MAX_DEPTH) {
			throw new PayloadException("The payload is nested deeper than " + PythonYaml.MAX_DEPTH
					+ " levels, or contains itself; neither can be sent");
		}
		Node node = collection(value);
		this.depth--;
		if (isShareable(node)) {
			this.shared.put(value, node);
		}
		return node;
	}

	private Node collection(Object value) {
		if (value instanceof Map<?, ?> map) {
			return mapping(Tag.MAP, map.entrySet());
		}
		if (value instanceof Set<?> set) {
			List<Map.Entry<?, ?>> entries = new ArrayList<>();
			set.forEach((element) -> entries.add(new AbstractMap.SimpleEntry<>(element, null)));
			return mapping(Tag.SET, entries);
		}
		if (value instanceof Collection<?> collection) {
			return sequence((value instanceof Tuple) ? PythonResolver.TUPLE : Tag.SEQ, collection);
		}
		if (value.getClass().isArray()) {
			List<@Nullable Object> elements = new ArrayList<>();
			for (int index = 0; index < Array.getLength(value); index++) {
				elements.add(Array.get(value, index));
			}
			return sequence(Tag.SEQ, elements);
		}
		return node(this.beans.apply(value));
	}

	/** Java may have one empty list for all, which Python would change for all. */
	private static boolean isShareable(Node node) {
		return (node instanceof SequenceNode sequence && !sequence.getValue().isEmpty())
				|| (node instanceof MappingNode mapping && !mapping.getValue().isEmpty());
	}

	private Node sequence(Tag tag, Collection<?> elements) {
		List<Node> nodes = new ArrayList<>(elements.size());
		for (Object element : elements) {
			nodes.add(node(element));
		}
		return new SequenceNode(tag, nodes, FlowStyle.BLOCK);
	}

	private Node mapping(Tag tag, Collection<? extends Map.Entry<?, ?>> entries) {
		List<NodeTuple> nodes = new ArrayList<>(entries.size());
		for (Map.Entry<?, ?> entry : PythonOrder.sorted(entries)) {
			nodes.add(new NodeTuple(node(entry.getKey()), node(entry.getValue())));
		}
		return new MappingNode(tag, nodes, FlowStyle.BLOCK);
	}

	private static @Nullable Node scalar(@Nullable Object value) {
		if (value instanceof CharSequence || value instanceof Character) {
			return scalar(Tag.STR, value.toString());
		}
		if (value instanceof Boolean) {
			return scalar(Tag.BOOL, value.toString());
		}
		if (value instanceof Number number) {
			return number(number);
		}
		if (value instanceof byte[] bytes) {
			String text = new String(BASE_64.encode(bytes), StandardCharsets.US_ASCII);
			return new ScalarNode(Tag.BINARY, text.isEmpty() ? text : text + "\n", null, null, ScalarStyle.LITERAL);
		}
		if (value instanceof Temporal temporal) {
			Temporal time = time(temporal);
			return (time != null) ? scalar(Tag.TIMESTAMP, PythonTimes.text(time)) : null;
		}
		return null;
	}

	private static @Nullable Temporal time(Temporal temporal) {
		if (temporal instanceof Instant instant) {
			return instant.atOffset(ZoneOffset.UTC);
		}
		if (temporal instanceof ZonedDateTime zoned) {
			return zoned.toOffsetDateTime();
		}
		boolean known = temporal instanceof LocalDate || temporal instanceof LocalDateTime
				|| temporal instanceof OffsetDateTime;
		return known ? temporal : null;
	}

	private static @Nullable Node number(Number number) {
		if (number instanceof Double || number instanceof Float) {
			double value = (number instanceof Double) ? number.doubleValue() : Double.parseDouble(number.toString());
			return scalar(Tag.FLOAT, Double.isNaN(value) ? ".nan"
					: Double.isInfinite(value) ? ((value > 0) ? ".inf" : "-.inf") : real(digits(value)));
		}
		if (number instanceof BigDecimal decimal) {
			return scalar(Tag.FLOAT, real(decimal.toString()));
		}
		boolean integer = number instanceof Integer || number instanceof Long || number instanceof BigInteger
				|| number instanceof Short || number instanceof Byte;
		return integer ? scalar(Tag.INT, number.toString()) : null;
	}

	private static Node scalar(Tag tag, String text) {
		return new ScalarNode(tag, text, null, null, ScalarStyle.PLAIN);
	}

	/** The fewest digits that mean this number: Java before 19 writes some too many. */
	static String digits(double value) {
		String text = Double.toString(value);
		if (value == 0) {
			return text;
		}
		BigDecimal exact = new BigDecimal(value);
		for (int precision = Math.max(1, new BigDecimal(text).precision() - 2); precision < 17; precision++) {
			for (RoundingMode mode : NEAREST_FIRST) {
				BigDecimal rounded = exact.round(new MathContext(precision, mode));
				if (rounded.doubleValue() == value) {
					return rounded.toString();
				}
			}
		}
		return text;
	}

	/**
	 * A number in the form that PyYAML reads as a float, and that Python's repr has:
	 * fixed between 1e-4 and 1e16, otherwise with an exponent of a sign and two digits.
	 */
	private static String real(String digits) {
		if (digits.equals("-0.0")) {
			return digits;
		}
		BigDecimal value = new BigDecimal(digits);
		if (value.signum() == 0) {
			return "0.0";
		}
		value = value.stripTrailingZeros();
		int exponent = value.precision() - value.scale() - 1;
		if (exponent >= -4 && exponent < 16) {
			return (value.scale() > 0) ? value.toPlainString() : value.toPlainString() + ".0";
		}
		BigDecimal mantissa = value.movePointLeft(exponent);
		String plain = mantissa.toPlainString();
		return String.format("%s%se%s%02d", plain, (mantissa.scale() > 0) ? "" : ".0", (exponent < 0) ? "-" : "+",
				Math.abs(exponent));
	}

}

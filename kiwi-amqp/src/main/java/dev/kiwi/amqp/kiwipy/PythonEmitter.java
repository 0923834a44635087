package dev.kiwi.amqp.kiwipy;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Writes one document byte for byte as {@code yaml.dump} does with its defaults: block
 * style, ASCII, lines of 80 characters. SnakeYAML's own emitter writes other escapes,
 * other line breaks and other document ends.
 */
final class PythonEmitter {

	private static final int MAX_SIMPLE_KEY = 128;

	private static final String NOT_YET = "";

	private final Node root;

	/** Of nodes that come more than once; the name is given at the second time. */
	private final Map<Node, String> anchors = new IdentityHashMap<>();

	private final Map<Node, Boolean> written = new IdentityHashMap<>();

	private final LineWriter out = new LineWriter();

	private int names;

	PythonEmitter(Node root) {
		this.root = root;
	}

	String document() {
		anchor(this.root);
		node(this.root, false, false);
		this.out.indent();
		if (this.root instanceof ScalarNode scalar && style(scalar, false) == Style.PLAIN) {
			// nobody could know yet that the scalar does not go on
			this.out.indicator("...", true, false, false);
			this.out.indent();
		}
		return this.out.toString();
	}

	private void anchor(Node node) {
		String name = this.anchors.get(node);
		if (name != null) {
			if (name.equals(NOT_YET)) {
				this.anchors.put(node, String.format("id%03d", ++this.names));
			}
			return;
		}
		this.anchors.put(node, NOT_YET);
		if (node instanceof SequenceNode sequence) {
			sequence.getValue().forEach(this::anchor);
		}
		else if (node instanceof MappingNode mapping) {
			for (NodeTuple entry : mapping.getValue()) {
				anchor(entry.getKeyNode());
				anchor(entry.getValueNode());
			}
		}
	}

	private void node(Node node, boolean inMapping, boolean simpleKey) {
		String name = this.anchors.getOrDefault(node, NOT_YET);
		if (!name.equals(NOT_YET)) {
			if (this.written.put(node, Boolean.TRUE) != null) {
				this.out.indicator("*" + name, true, false, false);
				return;
			}
			this.out.indicator("&" + name, true, false, false);
		}
		if (node instanceof ScalarNode scalar) {
			scalar(scalar, simpleKey);
		}
		else if (node instanceof SequenceNode sequence) {
			tag(sequence, Tag.SEQ);
			sequence(sequence.getValue(), inMapping);
		}
		else if (node instanceof MappingNode mapping) {
			tag(mapping, Tag.MAP);
			mapping(mapping.getValue());
		}
	}

	private void tag(Node node, @Nullable Tag implied) {
		if (!node.getTag().equals(implied)) {
			this.out.indicator(shortened(node.getTag()), true, false, false);
		}
	}

	private void scalar(ScalarNode scalar, boolean simpleKey) {
		Style style = style(scalar, simpleKey);
		tag(scalar, (style == Style.PLAIN) ? PythonResolver.plain(scalar.getValue()) : Tag.STR);
		this.out.increaseScalarIndent();
		ScalarWriter writer = new ScalarWriter(this.out, scalar.getValue(), !simpleKey);
		switch (style) {
			case PLAIN -> writer.plain();
			case SINGLE_QUOTED -> writer.singleQuoted();
			case DOUBLE_QUOTED -> writer.doubleQuoted();
			case LITERAL -> writer.literal();
		}
		this.out.decreaseIndent();
	}

	private static Style style(ScalarNode scalar, boolean simpleKey) {
		String text = scalar.getValue();
		ScalarShape shape = ScalarShape.of(text);
		if (scalar.getTag().equals(PythonResolver.plain(text)) && shape.isPlain()
				&& !(simpleKey && (text.isEmpty() || shape.isMultiline()))) {
			return Style.PLAIN;
		}
		if (scalar.getTag().equals(Tag.BINARY)) {
			return (shape.isLiteral() && !simpleKey) ? Style.LITERAL : Style.DOUBLE_QUOTED;
		}
		return (shape.isSingleQuoted() && !(simpleKey && shape.isMultiline())) ? Style.SINGLE_QUOTED
				: Style.DOUBLE_QUOTED;
	}

	private void sequence(List<Node> items, boolean inMapping) {
		if (items.isEmpty()) {
			this.out.indicator("[", true, true, false);
			this.out.indicator("]", false, false, false);
			return;
		}
		this.out.increaseIndent((inMapping && !this.out.isIndention()) ? 0 : LineWriter.STEP);
		for (Node item : items) {
			this.out.indent();
			this.out.indicator("-", true, false, true);
			node(item, false, false);
		}
		this.out.decreaseIndent();
	}

	private void mapping(List<NodeTuple> entries) {
		if (entries.isEmpty()) {
			this.out.indicator("{", true, true, false);
			this.out.indicator("}", false, false, false);
			return;
		}
		this.out.increaseIndent(LineWriter.STEP);
		for (NodeTuple entry : entries) {
			this.out.indent();
			if (isSimpleKey(entry.getKeyNode())) {
				node(entry.getKeyNode(), true, true);
				this.out.indicator(":", false, false, false);
			}
			else {
				this.out.indicator("?", true, false, true);
				node(entry.getKeyNode(), true, false);
				this.out.indent();
				this.out.indicator(":", true, false, true);
			}
			node(entry.getValueNode(), true, false);
		}
		this.out.decreaseIndent();
	}

	private boolean isSimpleKey(Node key) {
		String name = this.anchors.getOrDefault(key, NOT_YET);
		if (!name.equals(NOT_YET) && this.written.containsKey(key)) {
			return true;
		}
		int length = name.length() + shortened(key.getTag()).length();
		if (key instanceof ScalarNode scalar) {
			String text = scalar.getValue();
			return length + text.codePointCount(0, text.length()) < MAX_SIMPLE_KEY && !text.isEmpty()
					&& !ScalarShape.of(text).isMultiline();
		}
		return length < MAX_SIMPLE_KEY && ((key instanceof SequenceNode sequence) ? sequence.getValue().isEmpty()
				: ((MappingNode) key).getValue().isEmpty());
	}

	private static String shortened(Tag tag) {
		String name = tag.getValue();
		if (name.startsWith(Tag.PREFIX)) {
			return "!!" + name.substring(Tag.PREFIX.length());
		}
		return name.startsWith("!") ? name : "!<" + name + ">";
	}

	private enum Style {

		PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, LITERAL

	}

}

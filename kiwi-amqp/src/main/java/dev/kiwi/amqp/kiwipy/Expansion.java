package dev.kiwi.amqp.kiwipy;

import java.util.IdentityHashMap;
import java.util.Map;

import dev.kiwi.PayloadException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * What a document adds up to once each alias is followed: a few lines can say a billion
 * nodes, and as many levels as they are.
 */
final class Expansion {

	private static final Extent ONE = new Extent(1, 1);

	private static final Extent UNDER_WAY = new Extent(0, 0);

	private final Map<Node, Extent> extents = new IdentityHashMap<>();

	private Expansion() {
	}

	static void check(Node document) {
		Extent extent = new Expansion().extent(document);
		if (extent.nodes() > PythonYaml.MAX_NODES || extent.levels() > PythonYaml.MAX_DEPTH) {
			throw new PayloadException("Its YAML aliases add up to more than the " + PythonYaml.MAX_NODES
					+ " nodes or the " + PythonYaml.MAX_DEPTH + " levels that are read");
		}
	}

	private Extent extent(Node node) {
		if (!(node instanceof SequenceNode) && !(node instanceof MappingNode)) {
			return ONE;
		}
		Extent known = this.extents.get(node);
		if (known == null) {
			this.extents.put(node, UNDER_WAY);
			known = ofChildren(node);
			this.extents.put(node, known);
		}
		else if (known == UNDER_WAY) {
			throw new PayloadException("A YAML value contains itself, which no Java value can");
		}
		return known;
	}

	private Extent ofChildren(Node node) {
		Extent sum = ONE;
		if (node instanceof SequenceNode sequence) {
			for (Node child : sequence.getValue()) {
				sum = sum.with(extent(child));
			}
		}
		else if (node instanceof MappingNode mapping) {
			for (NodeTuple entry : mapping.getValue()) {
				sum = sum.with(extent(entry.getKeyNode())).with(extent(entry.getValueNode()));
			}
		}
		return sum;
	}

	private record Extent(long nodes, int levels) {

		/** Counted up to what is too many, so that nothing overflows. */
		Extent with(Extent child) {
			return new Extent(Math.min(this.nodes + child.nodes, Integer.MAX_VALUE),
					Math.max(this.levels, child.levels + 1));
		}

	}

}

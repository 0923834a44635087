package dev.kiwi.amqp.kiwipy;

import java.util.IdentityHashMap;
import java.util.Map;

import dev.kiwi.PayloadException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * What a document adds up to once each alias is followed: a few lines can say a billion.
 */
final class Expansion {

	private static final long UNDER_WAY = -1;

	private final Map<Node, Long> sizes = new IdentityHashMap<>();

	private Expansion() {
	}

	static void check(Node document) {
		if (new Expansion().size(document) > PythonYaml.MAX_NODES) {
			throw new PayloadException(
					"Its YAML aliases add up to more than the " + PythonYaml.MAX_NODES + " nodes that are read");
		}
	}

	private long size(Node node) {
		if (!(node instanceof SequenceNode) && !(node instanceof MappingNode)) {
			return 1;
		}
		Long known = this.sizes.get(node);
		if (known == null) {
			this.sizes.put(node, UNDER_WAY);
			known = Math.min(1 + ofChildren(node), Integer.MAX_VALUE);
			this.sizes.put(node, known);
		}
		else if (known == UNDER_WAY) {
			throw new PayloadException("A YAML value contains itself, which no Java value can");
		}
		return known;
	}

	/** At most some million children of two thousand million each: no overflow. */
	private long ofChildren(Node node) {
		long sum = 0;
		if (node instanceof SequenceNode sequence) {
			for (Node child : sequence.getValue()) {
				sum += size(child);
			}
		}
		else if (node instanceof MappingNode mapping) {
			for (NodeTuple entry : mapping.getValue()) {
				sum += size(entry.getKeyNode()) + size(entry.getValueNode());
			}
		}
		return sum;
	}

}

package dev.kiwi.amqp.kiwipy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import dev.kiwi.PayloadException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;

/**
 * YAML documents as trees of nodes. What comes in may have been written by anybody: its
 * depth, its number of nodes, and what its aliases add up to are bounded before anything
 * is made of it.
 */
final class PythonYaml {

	/** Python's own recursion limit lets PyYAML go about as deep as this. */
	static final int MAX_DEPTH = 200;

	/** About 200 MB while it is read; PyYAML takes a minute to write as many. */
	static final int MAX_NODES = 1_000_000;

	/**
	 * Twice the largest payload by default. It takes ten times as much while it is read.
	 */
	static final int MAX_BYTES = 32 << 20;

	private PythonYaml() {
	}

	/**
	 * Reads the one document of a body.
	 * @throws PayloadException if it is none, or one that is not to be trusted
	 */
	static Node parse(byte[] body) {
		if (body.length > MAX_BYTES) {
			throw new PayloadException("It has " + body.length + " bytes, more than the " + MAX_BYTES
					+ " of YAML that are read; send a reference to the data instead");
		}
		LoaderOptions options = new LoaderOptions();
		// a tag chooses no class here, nodes are all that is made
		options.setTagInspector((tag) -> true);
		options.setNestingDepthLimit(MAX_DEPTH);
		options.setCodePointLimit(Integer.MAX_VALUE);
		// aliases are judged by what they add up to, not by how many there are
		options.setMaxAliasesForCollections(Integer.MAX_VALUE);
		try {
			WholeText reader = new WholeText(text(body));
			Composer composer = new Composer(new Counting(new ParserImpl(reader, options)), PythonResolver.INSTANCE,
					options);
			Node document = composer.getSingleNode();
			if (document == null) {
				throw new PayloadException("There is no YAML document");
			}
			Expansion.check(document);
			return document;
		}
		catch (YAMLException | CharacterCodingException ex) {
			throw new PayloadException("It is no YAML: " + ex.getMessage(), ex);
		}
	}

	static byte[] write(Node document) {
		return new PythonEmitter(document).document().getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] body) throws CharacterCodingException {
		return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
	}

	/**
	 * Refuses what has too many nodes, while it is read.
	 */
	private static final class Counting implements Parser {

		private final Parser parser;

		private int nodes;

		Counting(Parser parser) {
			this.parser = parser;
		}

		@Override
		public boolean checkEvent(Event.ID choice) {
			return this.parser.checkEvent(choice);
		}

		@Override
		public Event peekEvent() {
			return this.parser.peekEvent();
		}

		@Override
		public Event getEvent() {
			Event event = this.parser.getEvent();
			if (event instanceof NodeEvent) {
				this.nodes++;
			}
			if (this.nodes > MAX_NODES) {
				throw new PayloadException("It has more than the " + MAX_NODES
						+ " YAML nodes that are read; send a reference to the data instead");
			}
			return event;
		}

	}

}

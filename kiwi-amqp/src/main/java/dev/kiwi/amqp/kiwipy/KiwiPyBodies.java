package dev.kiwi.amqp.kiwipy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.kiwi.PayloadException;
import dev.kiwi.transport.Reply.Kind;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The bodies of kiwiPy's messages around payloads, which are YAML documents themselves.
 * What comes in may have been written by anybody, so reading never fails: what is no
 * message of kiwiPy's is a payload as it is, and whoever decodes it learns what is wrong.
 */
public final class KiwiPyBodies {

	private static final String BODY = "body";

	private static final String CORRELATION_ID = "correlation_id";

	private static final String SENDER = "sender";

	private static final String SUBJECT = "subject";

	private static final String HOST = "host";

	/** The order in which kiwiPy looks for them. */
	private static final List<Kind> KINDS = List.of(Kind.CANCELLED, Kind.EXCEPTION, Kind.RESULT, Kind.PENDING);

	private KiwiPyBodies() {
	}

	/**
	 * Writes the body of a task.
	 * @param payload what the task is
	 * @param noReply whether nobody waits for its outcome
	 * @return the body; the payload as it is if it is no YAML, so that a task that could
	 * not be read stays as it came
	 */
	public static byte[] task(byte[] payload, boolean noReply) {
		try {
			Node task = PythonYaml.parse(payload);
			return PythonYaml
				.write(new SequenceNode(PythonResolver.TUPLE, List.of(task, node(noReply)), FlowStyle.BLOCK));
		}
		catch (PayloadException ex) {
			return payload;
		}
	}

	/**
	 * Reads the body of a task.
	 * @param body the body
	 * @return the task
	 */
	public static TaskBody task(byte[] body) {
		try {
			if (PythonYaml.parse(body) instanceof SequenceNode pair && pair.getValue().size() == 2
					&& pair.getValue().get(1) instanceof ScalarNode noReply && noReply.getTag().equals(Tag.BOOL)) {
				return new TaskBody(PythonYaml.write(pair.getValue().get(0)),
						Boolean.TRUE.equals(PythonValues.of(noReply)));
			}
		}
		catch (PayloadException ex) {
			// decoding it will say what is wrong with it
		}
		return new TaskBody(body, false);
	}

	/**
	 * Writes the body of a reply.
	 * @param kind one of those that kiwiPy knows: result, exception, cancelled, pending
	 * @param payload the result as YAML, or the text of the exception or cancellation
	 * @param withHost whether it says who replies, as to tasks
	 * @return the body
	 */
	public static byte[] reply(Kind kind, byte[] payload, boolean withHost) {
		Map<String, Node> entries = new HashMap<>();
		String text = new String(payload, StandardCharsets.UTF_8);
		entries.put(word(kind), switch (kind) {
			case RESULT -> PythonYaml.parse(payload);
			case EXCEPTION -> node(text);
			case CANCELLED -> node(text.isEmpty() ? null : text);
			case PENDING -> node(null);
			default -> throw new IllegalArgumentException("kiwiPy knows no reply of kind " + kind);
		});
		if (withHost) {
			entries.put(HOST, node(Map.of("hostname", Host.NAME, "pid", ProcessHandle.current().pid())));
		}
		return mapping(entries);
	}

	/**
	 * Reads the body of a reply.
	 * @param body the body
	 * @return the reply; an exception that says so if it is none
	 */
	public static ReplyBody reply(byte[] body) {
		String wrong = "";
		try {
			Map<String, Node> entries = entries(PythonYaml.parse(body));
			for (Kind kind : KINDS) {
				Node value = entries.get(word(kind));
				if (value != null) {
					return new ReplyBody(kind, switch (kind) {
						case RESULT -> PythonYaml.write(value);
						case PENDING -> new byte[0];
						default -> bytes(text(value));
					});
				}
			}
		}
		catch (PayloadException ex) {
			wrong = ": " + ex.getMessage();
		}
		return new ReplyBody(Kind.EXCEPTION, bytes("What was answered is no reply of kiwiPy's" + wrong));
	}

	/**
	 * Writes the body of a broadcast.
	 * @param broadcast the broadcast
	 * @return the body
	 */
	public static byte[] broadcast(BroadcastBody broadcast) {
		return mapping(Map.of(BODY, PythonYaml.parse(broadcast.payload()), SUBJECT, node(broadcast.subject()), SENDER,
				node(broadcast.sender()), CORRELATION_ID, node(broadcast.correlationId())));
	}

	/**
	 * Reads the body of a broadcast.
	 * @param body the body
	 * @return the broadcast
	 */
	public static BroadcastBody broadcast(byte[] body) {
		try {
			Map<String, Node> entries = entries(PythonYaml.parse(body));
			Node payload = entries.get(BODY);
			if (payload != null) {
				return new BroadcastBody(PythonYaml.write(payload), text(entries.get(SUBJECT)),
						text(entries.get(SENDER)), text(entries.get(CORRELATION_ID)));
			}
		}
		catch (PayloadException ex) {
			// decoding it will say what is wrong with it
		}
		return new BroadcastBody(body, null, null, null);
	}

	private static Map<String, Node> entries(Node node) {
		Map<String, Node> entries = new HashMap<>();
		if (node instanceof MappingNode mapping) {
			for (NodeTuple entry : mapping.getValue()) {
				if (entry.getKeyNode() instanceof ScalarNode key) {
					entries.put(key.getValue(), entry.getValueNode());
				}
			}
		}
		return entries;
	}

	private static byte[] mapping(Map<String, Node> entries) {
		List<NodeTuple> tuples = new ArrayList<>();
		entries.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.forEach((entry) -> tuples.add(new NodeTuple(node(entry.getKey()), entry.getValue())));
		return PythonYaml.write(new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK));
	}

	private static Node node(@Nullable Object value) {
		return new PythonNodes((other) -> other).node(value);
	}

	/** Subjects and senders may be numbers, or anything else. */
	private static @Nullable String text(@Nullable Node node) {
		if (node instanceof ScalarNode scalar) {
			return scalar.getTag().equals(Tag.NULL) ? null : scalar.getValue();
		}
		return (node != null) ? new String(PythonYaml.write(node), StandardCharsets.UTF_8).strip() : null;
	}

	private static byte[] bytes(@Nullable String text) {
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	private static String word(Kind kind) {
		return kind.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The body of a task.
	 *
	 * @param payload what the task is
	 * @param noReply whether nobody waits for its outcome
	 */
	public record TaskBody(byte[] payload, boolean noReply) {
	}

	/**
	 * The body of a reply.
	 *
	 * @param kind what it tells
	 * @param payload the result as YAML, or a text
	 */
	public record ReplyBody(Kind kind, byte[] payload) {
	}

	/**
	 * The body of a broadcast.
	 *
	 * @param payload what is said
	 * @param subject what it is about, or null
	 * @param sender who says it, or null
	 * @param correlationId what it belongs to, or null
	 */
	public record BroadcastBody(byte[] payload, @Nullable String subject, @Nullable String sender,
			@Nullable String correlationId) {
	}

	/**
	 * Looked up once, when the first reply needs it.
	 */
	private static final class Host {

		static final String NAME = name();

		private static String name() {
			try {
				return InetAddress.getLocalHost().getHostName();
			}
			catch (UnknownHostException ex) {
				return "localhost";
			}
		}

	}

}

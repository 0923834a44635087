package dev.kiwi.amqp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.kiwi.amqp.kiwipy.Python;
import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process in Python that speaks kiwiPy's protocol.
 */
final class KiwiPyPeer implements AutoCloseable {

	private static final YamlPayloadCodec YAML = new YamlPayloadCodec();

	private final Python python;

	KiwiPyPeer(String uri, String prefix) throws IOException {
		this.python = Python.start("kiwipy_peer.py", uri, prefix);
		hear("ready");
	}

	/** Tells it to do something; the answers name it. */
	void tell(String action, String name, Object payload, Map<String, Object> more) throws IOException {
		tellYaml(action, name, new String(YAML.encode(payload), StandardCharsets.UTF_8), more);
	}

	void tellYaml(String action, String name, String yaml, Map<String, Object> more) throws IOException {
		Map<String, Object> command = new HashMap<>(more);
		command.put("do", action);
		command.put("name", name);
		command.put("payload", Base64.getEncoder().encodeToString(yaml.getBytes(StandardCharsets.UTF_8)));
		this.python.say(JsonMapper.shared().writeValueAsString(command));
	}

	/** The next event, which must be one of this kind: its value as YAML. */
	String hearYaml(String event) throws IOException {
		String[] heard = this.python.hear().split(" ");
		String yaml = new String(Base64.getDecoder().decode(heard[1]), StandardCharsets.UTF_8);
		if (!heard[0].equals(event)) {
			throw new AssertionError("Expected " + event + ", but Python said " + heard[0] + " " + yaml);
		}
		return yaml;
	}

	Object hear(String event) throws IOException {
		return YAML.decode(hearYaml(event).getBytes(StandardCharsets.UTF_8), Object.class);
	}

	/** The next reply that Python gets, without who gave it. */
	String reply(String name) throws IOException {
		List<?> reply = (List<?>) hear("reply");
		if (!reply.get(0).equals(name)) {
			throw new AssertionError("Expected a reply to " + name + ", but Python got " + reply);
		}
		Map<?, ?> body = new HashMap<>((Map<?, ?>) reply.get(1));
		body.remove("host");
		return new String(YAML.encode(body), StandardCharsets.UTF_8);
	}

	@Override
	public void close() throws IOException {
		this.python.close();
	}

}

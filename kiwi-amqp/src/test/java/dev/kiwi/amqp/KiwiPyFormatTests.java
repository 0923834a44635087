package dev.kiwi.amqp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Reply.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Over messages that were recorded from kiwiPy 0.9.0.
 */
class KiwiPyFormatTests {

	private static final String US = "host:\n  hostname: [^\\n]+\n  pid: \\d+\n";

	private static final String THEM = "host:\n  hostname: vm\n  pid: 22420\n";

	private final YamlPayloadCodec codec = new YamlPayloadCodec();

	private final WireFormat format = format();

	private static WireFormat format() {
		AmqpSettings settings = AmqpSettings.DEFAULTS.withKiwiPy(KiwiPySettings.DEFAULTS);
		Names names = new Names("kiwi");
		AmqpMapping kiwi = new AmqpMapping(names, Topology.of(settings, names));
		return new FormatByMessage(kiwi, new KiwiPyFormat(names, kiwi));
	}

	static List<Recorded> recorded() throws IOException {
		try (InputStream json = KiwiPyFormatTests.class.getResourceAsStream("/kiwipy/recorded-0.9.0.json")) {
			return List.of(JsonMapper.shared().readValue(json, Recorded[].class));
		}
	}

	static Stream<Recorded> tasks() throws IOException {
		return recorded().stream().filter((message) -> message.key().equals("kiwipy.tasks"));
	}

	static Stream<Recorded> replies() throws IOException {
		return recorded().stream().filter((message) -> message.key().contains("-reply-"));
	}

	static Stream<Recorded> calls() throws IOException {
		return recorded().stream().filter((message) -> message.key().startsWith("[rpc]"));
	}

	static Stream<Recorded> broadcasts() throws IOException {
		return recorded().stream().filter((message) -> message.key().equals("[broadcast]"));
	}

	@ParameterizedTest
	@MethodSource("tasks")
	void aTaskIsReadAndWrittenAsItWas(Recorded task) {
		Envelope read = this.format.task(task.properties(), task.bytes());
		assertThat(read.id()).isEqualTo(task.correlationId());
		assertThat(read.contentType()).isEqualTo(YamlPayloadCodec.CONTENT_TYPE);
		assertThat(read.headers()).isEmpty();
		boolean waited = !task.scenario().equals("task-no-reply");
		assertThat(read.replyTo()).isEqualTo(waited ? "queue:" + task.replyTo() : null);
		Envelope again = withPayload(read, this.codec.encode(this.codec.decode(read.body(), Object.class)));
		WireMessage written = this.format.task(again, null);
		assertThat(text(written)).isEqualTo(task.body());
		assertThat(written.properties().getCorrelationId()).isEqualTo(task.correlationId());
		assertThat(written.properties().getReplyTo()).isEqualTo(waited ? task.replyTo() : null);
		assertThat(written.properties().getDeliveryMode()).isEqualTo(task.deliveryMode());
		assertThat(written.properties().getContentType()).isNull();
	}

	@ParameterizedTest
	@MethodSource("replies")
	void aReplyIsReadAndWrittenAsItWas(Recorded reply) {
		Reply read = this.format.reply(reply.properties(), reply.bytes());
		assertThat(read.correlationId()).isEqualTo(reply.correlationId());
		Kind kind = reply.body().contains("exception:") ? Kind.EXCEPTION
				: reply.body().contains("pending:") ? Kind.PENDING : Kind.RESULT;
		assertThat(read.kind()).isEqualTo(kind);
		Envelope request = new Envelope(reply.correlationId(), "queue:x", YamlPayloadCodec.CONTENT_TYPE, Map.of(),
				new byte[0]);
		boolean toTask = reply.exchange().equals("kiwipy.tasks");
		WireMessage written = toTask ? this.format.taskReply(request, read) : this.format.rpcReply(request, read);
		assertThat(written).isNotNull();
		assertThat(text(written).replaceFirst(US, THEM)).isEqualTo(reply.body());
		assertThat(written.properties().getCorrelationId()).isEqualTo(reply.correlationId());
	}

	@ParameterizedTest
	@MethodSource("calls")
	void aCallIsReadAndWrittenAsItWas(Recorded call) {
		Envelope read = this.format.request(call.properties(), call.bytes());
		assertThat(read.id()).isEqualTo(call.correlationId());
		Envelope again = withPayload(read, this.codec.encode(this.codec.decode(read.body(), Object.class)));
		WireMessage written = this.format.request(again, call.replyTo(), "1000");
		assertThat(text(written)).isEqualTo(call.body());
		assertThat(written.properties().getCorrelationId()).isEqualTo(call.correlationId());
		assertThat(written.properties().getReplyTo()).isEqualTo(call.replyTo());
		assertThat(written.properties().getDeliveryMode()).isEqualTo(call.deliveryMode());
	}

	@ParameterizedTest
	@MethodSource("broadcasts")
	void aBroadcastIsReadAndWrittenAsItWas(Recorded broadcast) {
		BroadcastEnvelope read = this.format.broadcast(broadcast.properties(), broadcast.bytes());
		switch (broadcast.scenario()) {
			case "broadcast-full" -> {
				assertThat(read.subject()).isEqualTo("state_changed.running.finished");
				assertThat(read.sender()).isEqualTo("proc-1");
				assertThat(read.correlationId()).isEqualTo("c-1");
			}
			case "broadcast-body-only" -> assertThat(read.subject()).isNull();
			default -> {
				assertThat(read.subject()).isEqualTo("17");
				assertThat(read.sender()).isEqualTo("1234");
				return;
			}
		}
		assertThat(text(this.format.broadcast(read))).isEqualTo(broadcast.body());
	}

	@Test
	void aCancellationIsReadAndWritten() {
		Envelope request = envelope(Map.of());
		for (String reason : List.of("", "enough")) {
			Reply cancelled = new Reply("1", Kind.CANCELLED, "text/plain", Map.of(), bytes(reason));
			WireMessage written = this.format.rpcReply(request, cancelled);
			assertThat(text(written)).isEqualTo("cancelled: " + (reason.isEmpty() ? "null" : reason) + "\n");
			assertThat(read(written)).isEqualTo(Kind.CANCELLED + reason);
		}
	}

	@Test
	void whatKiwiPyHasNoWordForIsAnExceptionToItAndItselfToKiwi() {
		for (Kind kind : List.of(Kind.EXPIRED, Kind.LOST)) {
			WireMessage written = this.format.taskReply(envelope(Map.of()),
					new Reply("1", kind, "text/plain", Map.of(), bytes("why")));
			assertThat(text(written)).startsWith("exception: why\nhost:");
			assertThat(read(written)).isEqualTo(kind + "why");
		}
	}

	@Test
	void onlyKiwiIsToldWhatKiwiPyWouldTakeForTheEnd() {
		for (Kind kind : List.of(Kind.RETRYING, Kind.PROGRESS, Kind.LOG, Kind.PARTIAL)) {
			Reply reply = new Reply("1", kind, "text/plain", Map.of(), bytes("why"));
			assertThat(this.format.taskReply(envelope(Map.of()), reply)).isNull();
			assertThat(read(this.format.taskReply(envelope(Map.of(Headers.SENT, "1")), reply))).isEqualTo(kind + "why");
		}
	}

	@Test
	void aRetriedTaskKeepsItsHeaders() {
		Envelope task = envelope(Map.of(Headers.ATTEMPTS, "2", "user", "x"));
		WireMessage written = this.format.task(task, null);
		assertThat(this.format.task(written.properties(), written.body()).headers()).isEqualTo(task.headers());
	}

	@Test
	void aTaskOfKiwisOwnFormatStaysInIt() {
		Envelope task = new Envelope("1", "me", "application/json", Map.of(), bytes("{}"));
		WireMessage written = this.format.task(task, null);
		assertThat(written.properties().getContentType()).isEqualTo("application/json");
		assertThat(this.format.task(written.properties(), written.body())).usingRecursiveComparison().isEqualTo(task);
		WireMessage reply = this.format.taskReply(task, new Reply("1", Kind.PENDING, null, Map.of(), new byte[0]));
		assertThat(reply.body()).isEmpty();
		assertThat(read(reply)).isEqualTo(Kind.PENDING.toString());
	}

	@Test
	void whatIsNoMessageOfKiwiPysIsKeptAsItIs() {
		for (String garbage : List.of("a: [", "hello", "!!python/object:a.B {}", "\u0000", "- 1\n- 2\n- 3")) {
			BasicProperties none = new BasicProperties();
			Envelope task = this.format.task(none, bytes(garbage));
			assertThat(task.body()).isEqualTo(bytes(garbage));
			Envelope again = this.format.letter(none, this.format.task(task, null).body());
			assertThat(new String(again.body(), StandardCharsets.UTF_8).strip()).startsWith(garbage);
			assertThat(this.format.request(none, bytes(garbage)).body()).isEqualTo(bytes(garbage));
			assertThat(this.format.broadcast(none, bytes(garbage)).envelope().body()).isEqualTo(bytes(garbage));
			assertThat(this.format.reply(none, bytes(garbage)).kind()).isEqualTo(Kind.EXCEPTION);
		}
	}

	@Test
	void anUnknownTagReachesWhoDecodesIt() {
		Envelope task = this.format.task(new BasicProperties(), bytes("- !!python/object:a.B\n  x: 1\n- true\n"));
		assertThat(task.replyTo()).isNull();
		assertThat(new String(task.body(), StandardCharsets.UTF_8)).isEqualTo("!!python/object:a.B\nx: 1\n");
	}

	private String read(WireMessage message) {
		Reply reply = this.format.reply(message.properties(), message.body());
		return reply.kind() + new String(reply.body(), StandardCharsets.UTF_8);
	}

	private static Envelope envelope(Map<String, String> headers) {
		return new Envelope("1", "queue:x", YamlPayloadCodec.CONTENT_TYPE, headers, bytes("1"));
	}

	private static Envelope withPayload(Envelope envelope, byte[] payload) {
		return new Envelope(envelope.id(), envelope.replyTo(), envelope.contentType(), envelope.headers(), payload);
	}

	private static String text(WireMessage message) {
		return new String(message.body(), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	record Recorded(String scenario, String exchange, String key, int deliveryMode, String messageId,
			@Nullable String correlationId, @Nullable String replyTo, String body) {

		byte[] bytes() {
			return KiwiPyFormatTests.bytes(this.body);
		}

		BasicProperties properties() {
			return new BasicProperties.Builder().headers(Map.of())
				.priority(0)
				.deliveryMode(this.deliveryMode)
				.messageId(this.messageId)
				.correlationId(this.correlationId)
				.replyTo(this.replyTo)
				.build();
		}

	}

}

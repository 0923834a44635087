package dev.kiwi.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Kiwi's own format: the payload is the body, all else are properties and headers.
 */
final class AmqpMapping implements WireFormat {

	private static final String REPLY_KIND = Headers.PREFIX + "reply";

	private static final Map<Reply.Kind, String> WORDS = Arrays.stream(Reply.Kind.values())
		.collect(Collectors.toUnmodifiableMap(Function.identity(), (kind) -> kind.name().toLowerCase(Locale.ROOT)));

	private static final Map<String, Reply.Kind> KINDS = WORDS.entrySet()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

	private static final String SUBJECT = Headers.PREFIX + "subject";

	private static final String SENDER = Headers.PREFIX + "sender";

	/** Names that have a meaning of their own to the broker are carried behind this. */
	private static final String ESCAPE = Headers.PREFIX + "header-";

	/**
	 * The properties of a message are one frame, of at most 128 KiB by default on broker
	 * and client; some of it is not headers.
	 */
	private static final int MAX_HEADER_BYTES = 120 * 1024;

	private static final int PERSISTENT = 2;

	private static final int TRANSIENT = 1;

	private final Names names;

	private final Topology topology;

	AmqpMapping(Names names, Topology topology) {
		this.names = names;
		this.topology = topology;
	}

	@Override
	public WireMessage task(Envelope task, @Nullable String expiration) {
		Map<String, Object> headers = headers(task.headers());
		Date sent = sent(headers.get(Headers.SENT));
		if (sent != null) {
			headers.remove(Headers.SENT);
		}
		return new WireMessage(taskProperties(task, headers, expiration).timestamp(sent).build(), task.body());
	}

	BasicProperties.Builder taskProperties(Envelope task, Map<String, Object> headers, @Nullable String expiration) {
		String replyTo = task.replyTo();
		return properties(task, headers, PERSISTENT).replyTo((replyTo != null) ? this.names.replyQueue(replyTo) : null)
			.expiration(expiration)
			.priority(task.headers().containsKey(Headers.PRIORITY) ? task.count(Headers.PRIORITY, 0) : null);
	}

	/** A property costs the broker less than a header, and its tools show it. */
	private static @Nullable Date sent(@Nullable Object millis) {
		try {
			return (millis != null) ? new Date(Long.parseLong(millis.toString())) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	@Override
	public Envelope letter(BasicProperties properties, byte[] body) {
		return noted(task(properties, body), properties);
	}

	Envelope noted(Envelope letter, BasicProperties properties) {
		Map<String, Object> notes = properties.getHeaders();
		if (letter.headers().containsKey(Headers.QUEUE) || notes == null) {
			return letter;
		}
		return letter.withHeader(Headers.QUEUE, this.topology.queue(String.valueOf(notes.get("x-first-death-queue"))))
			.withHeader(Headers.REASON, "RabbitMQ put it aside itself: "
					+ notes.getOrDefault("x-first-death-reason", "it does not say why"));
	}

	@Override
	public WireMessage request(Envelope request, String replyQueue, String expiration) {
		return new WireMessage(properties(request, headers(request.headers()), TRANSIENT).replyTo(replyQueue)
			.expiration(expiration)
			.build(), request.body());
	}

	@Override
	public WireMessage broadcast(BroadcastEnvelope broadcast) {
		Map<String, Object> headers = headers(broadcast.envelope().headers());
		put(headers, SUBJECT, broadcast.subject());
		put(headers, SENDER, broadcast.sender());
		return new WireMessage(
				properties(broadcast.envelope(), headers, TRANSIENT).correlationId(broadcast.correlationId()).build(),
				broadcast.envelope().body());
	}

	@Override
	public WireMessage taskReply(Envelope task, Reply reply) {
		return reply(reply, reply.kind().isFinal());
	}

	@Override
	public WireMessage rpcReply(Envelope request, Reply reply) {
		return reply(reply, false);
	}

	private static WireMessage reply(Reply reply, boolean persistent) {
		Map<String, Object> headers = headers(reply.headers());
		// a result, which most are, needs no table of headers for that
		if (reply.kind() != Reply.Kind.RESULT) {
			headers.put(REPLY_KIND, Objects.requireNonNull(WORDS.get(reply.kind())));
		}
		return new WireMessage(new BasicProperties.Builder().correlationId(reply.correlationId())
			.contentType(reply.contentType())
			.headers(headers.isEmpty() ? null : headers)
			.deliveryMode(persistent ? PERSISTENT : TRANSIENT)
			.build(), reply.body());
	}

	@Override
	public Envelope task(BasicProperties properties, byte[] body) {
		Map<String, String> headers = texts(properties);
		Date sent = properties.getTimestamp();
		if (sent != null) {
			headers.put(Headers.SENT, Long.toString(sent.getTime()));
		}
		return envelope(properties, headers, body);
	}

	private Envelope envelope(BasicProperties properties, Map<String, String> headers, byte[] body) {
		String id = properties.getMessageId();
		return new Envelope((id != null) ? id : UUID.randomUUID().toString(),
				this.names.replyTo(properties.getReplyTo()), properties.getContentType(), headers, body);
	}

	@Override
	public Envelope request(BasicProperties properties, byte[] body) {
		return envelope(properties, texts(properties), body);
	}

	@Override
	public BroadcastEnvelope broadcast(BasicProperties properties, byte[] body) {
		Map<String, String> headers = texts(properties);
		String subject = headers.remove(SUBJECT);
		String sender = headers.remove(SENDER);
		return new BroadcastEnvelope(subject, sender, properties.getCorrelationId(),
				envelope(properties, headers, body));
	}

	@Override
	public Reply reply(BasicProperties properties, byte[] body) {
		Map<String, String> headers = texts(properties);
		String word = headers.remove(REPLY_KIND);
		Reply.Kind kind = (word != null) ? KINDS.getOrDefault(word, Reply.Kind.RESULT) : Reply.Kind.RESULT;
		String correlationId = properties.getCorrelationId();
		return new Reply((correlationId != null) ? correlationId : "", kind, properties.getContentType(), headers,
				body);
	}

	private static BasicProperties.Builder properties(Envelope envelope, Map<String, Object> headers,
			int deliveryMode) {
		return new BasicProperties.Builder().messageId(envelope.id())
			.contentType(envelope.contentType())
			.headers(headers.isEmpty() ? null : headers)
			.deliveryMode(deliveryMode);
	}

	/** All headers, as they go over the wire. */
	static Map<String, Object> headers(Map<String, String> texts) {
		Map<String, Object> headers = new TreeMap<>();
		int most = 0;
		for (Map.Entry<String, String> text : texts.entrySet()) {
			String name = isBrokers(text.getKey()) ? ESCAPE + text.getKey() : text.getKey();
			headers.put(name, text.getValue());
			// UTF-8 takes at most three bytes for a char
			most += 3 * (name.length() + text.getValue().length());
		}
		int bytes = (most > MAX_HEADER_BYTES) ? bytes(headers) : 0;
		if (bytes > MAX_HEADER_BYTES) {
			throw new DeliveryFailedException("The headers have " + bytes + " bytes, RabbitMQ carries at most "
					+ MAX_HEADER_BYTES + "; put what is long into the body");
		}
		return headers;
	}

	private static int bytes(Map<String, Object> headers) {
		int bytes = 0;
		for (Map.Entry<String, Object> header : headers.entrySet()) {
			bytes += header.getKey().getBytes(StandardCharsets.UTF_8).length
					+ header.getValue().toString().getBytes(StandardCharsets.UTF_8).length;
		}
		return bytes;
	}

	/** The headers that are not the broker's own notes. */
	static Map<String, String> texts(BasicProperties properties) {
		Map<String, String> texts = new TreeMap<>();
		Map<String, Object> headers = properties.getHeaders();
		if (headers != null) {
			headers.forEach((name, value) -> {
				// A copy that carries the broker's notes is dropped as a cycle later.
				if (name != null && value != null && !isBrokers(name)) {
					texts.put(name.startsWith(ESCAPE) ? name.substring(ESCAPE.length()) : name, value.toString());
				}
			});
		}
		return texts;
	}

	private static boolean isBrokers(String name) {
		return name.equals("CC") || name.equals("BCC") || name.startsWith("x-death") || name.startsWith("x-first-death")
				|| name.startsWith("x-last-death") || name.equals("x-delivery-count")
				|| name.equals("x-acquired-count");
	}

	private static void put(Map<String, Object> headers, String name, @Nullable String value) {
		if (value != null) {
			headers.put(name, value);
		}
	}

}

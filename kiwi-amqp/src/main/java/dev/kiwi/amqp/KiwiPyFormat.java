package dev.kiwi.amqp;

import java.util.Map;
import java.util.UUID;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.amqp.kiwipy.KiwiPyBodies;
import dev.kiwi.amqp.kiwipy.KiwiPyBodies.BroadcastBody;
import dev.kiwi.amqp.kiwipy.KiwiPyBodies.ReplyBody;
import dev.kiwi.amqp.kiwipy.KiwiPyBodies.TaskBody;
import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * KiwiPy's messages: YAML without a content type, replies matched by the request's
 * correlation id. What kiwiPy has no word for is in kiwi's own headers, which kiwiPy does
 * not look at.
 */
final class KiwiPyFormat implements WireFormat {

	private final Names names;

	private final AmqpMapping kiwi;

	/**
	 * KiwiPy's format.
	 * @param names resolves reply addresses
	 * @param kiwi writes what only kiwi understands
	 */
	KiwiPyFormat(Names names, AmqpMapping kiwi) {
		this.names = names;
		this.kiwi = kiwi;
	}

	@Override
	public WireMessage task(Envelope task, @Nullable String expiration) {
		// the time of sending tells a kiwi's task from those of others, who may set the
		// property
		Map<String, Object> headers = AmqpMapping.headers(task.headers());
		BasicProperties properties = this.kiwi.taskProperties(task, headers, expiration).build();
		return new WireMessage(correlated(properties, task), KiwiPyBodies.task(task.body(), task.replyTo() == null));
	}

	@Override
	public WireMessage request(Envelope request, String replyQueue, String expiration) {
		BasicProperties properties = this.kiwi.request(request, replyQueue, expiration).properties();
		return new WireMessage(correlated(properties, request), request.body());
	}

	private static BasicProperties correlated(BasicProperties properties, Envelope envelope) {
		return properties.builder().contentType(null).correlationId(envelope.id()).build();
	}

	@Override
	public WireMessage broadcast(BroadcastEnvelope broadcast) {
		Envelope envelope = broadcast.envelope();
		BasicProperties properties = this.kiwi.broadcast(new BroadcastEnvelope(null, null, null, envelope))
			.properties();
		return new WireMessage(properties.builder().contentType(null).build(),
				KiwiPyBodies.broadcast(new BroadcastBody(envelope.body(), broadcast.subject(), broadcast.sender(),
						broadcast.correlationId())));
	}

	@Override
	public @Nullable WireMessage taskReply(Envelope task, Reply reply) {
		return switch (reply.kind()) {
			case RETRYING, PROGRESS, LOG, PARTIAL -> isKiwis(task) ? this.kiwi.taskReply(task, reply) : null;
			default -> reply(reply, this.kiwi.taskReply(task, reply).properties(), true);
		};
	}

	@Override
	public WireMessage rpcReply(Envelope request, Reply reply) {
		return reply(reply, this.kiwi.rpcReply(request, reply).properties(), false);
	}

	/** Whether the sender is kiwi, and hears more than kiwiPy would. */
	private static boolean isKiwis(Envelope task) {
		return task.headers().containsKey(Headers.SENT);
	}

	/** What kiwiPy has no word for is an exception to it, and itself to kiwi. */
	private static WireMessage reply(Reply reply, BasicProperties properties, boolean withHost) {
		Reply.Kind kind = switch (reply.kind()) {
			case RESULT, CANCELLED, PENDING -> reply.kind();
			default -> Reply.Kind.EXCEPTION;
		};
		return new WireMessage(properties.builder().contentType(null).build(),
				KiwiPyBodies.reply(kind, reply.body(), withHost));
	}

	@Override
	public Envelope task(BasicProperties properties, byte[] body) {
		TaskBody task = KiwiPyBodies.task(body);
		return envelope(properties, task.payload(),
				task.noReply() ? null : this.names.replyTo(properties.getReplyTo()));
	}

	@Override
	public Envelope letter(BasicProperties properties, byte[] body) {
		return this.kiwi.noted(task(properties, body), properties);
	}

	@Override
	public Envelope request(BasicProperties properties, byte[] body) {
		return envelope(properties, body, this.names.replyTo(properties.getReplyTo()));
	}

	@Override
	public BroadcastEnvelope broadcast(BasicProperties properties, byte[] body) {
		BroadcastBody broadcast = KiwiPyBodies.broadcast(body);
		return new BroadcastEnvelope(broadcast.subject(), broadcast.sender(), broadcast.correlationId(),
				envelope(properties, broadcast.payload(), null));
	}

	@Override
	public Reply reply(BasicProperties properties, byte[] body) {
		ReplyBody reply = KiwiPyBodies.reply(body);
		Reply noted = this.kiwi.reply(properties, body);
		boolean isMore = reply.kind() == Reply.Kind.EXCEPTION
				&& (noted.kind() == Reply.Kind.EXPIRED || noted.kind() == Reply.Kind.LOST);
		return new Reply(noted.correlationId(), isMore ? noted.kind() : reply.kind(), YamlPayloadCodec.CONTENT_TYPE,
				noted.headers(), reply.payload());
	}

	private static Envelope envelope(BasicProperties properties, byte[] payload, @Nullable String replyTo) {
		String id = (properties.getCorrelationId() != null) ? properties.getCorrelationId() : properties.getMessageId();
		Map<String, String> headers = AmqpMapping.texts(properties);
		return new Envelope((id != null) ? id : UUID.randomUUID().toString(), replyTo, YamlPayloadCodec.CONTENT_TYPE,
				headers, payload);
	}

}

package dev.kiwi.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Kiwi's own format and kiwiPy's side by side. What kiwi writes has a content type or no
 * body, what kiwiPy writes has a body and no content type. What is sent or answered goes
 * by how its payload is written, so that each reply is in its request's format.
 */
record FormatByMessage(WireFormat kiwi, WireFormat kiwiPy) implements WireFormat {

	@Override
	public WireMessage task(Envelope task, @Nullable String expiration) {
		return of(task).task(task, expiration);
	}

	@Override
	public WireMessage request(Envelope request, String replyQueue, String expiration) {
		return of(request).request(request, replyQueue, expiration);
	}

	@Override
	public WireMessage broadcast(BroadcastEnvelope broadcast) {
		return of(broadcast.envelope()).broadcast(broadcast);
	}

	@Override
	public @Nullable WireMessage taskReply(Envelope task, Reply reply) {
		return of(task).taskReply(task, reply);
	}

	@Override
	public WireMessage rpcReply(Envelope request, Reply reply) {
		return of(request).rpcReply(request, reply);
	}

	@Override
	public Envelope task(BasicProperties properties, byte[] body) {
		return of(properties, body).task(properties, body);
	}

	@Override
	public Envelope letter(BasicProperties properties, byte[] body) {
		return of(properties, body).letter(properties, body);
	}

	@Override
	public Envelope request(BasicProperties properties, byte[] body) {
		return of(properties, body).request(properties, body);
	}

	@Override
	public BroadcastEnvelope broadcast(BasicProperties properties, byte[] body) {
		return of(properties, body).broadcast(properties, body);
	}

	@Override
	public Reply reply(BasicProperties properties, byte[] body) {
		return of(properties, body).reply(properties, body);
	}

	private WireFormat of(Envelope envelope) {
		return YamlPayloadCodec.CONTENT_TYPE.equals(envelope.contentType()) ? this.kiwiPy : this.kiwi;
	}

	private WireFormat of(BasicProperties properties, byte[] body) {
		return (properties.getContentType() == null && body.length > 0) ? this.kiwiPy : this.kiwi;
	}

}

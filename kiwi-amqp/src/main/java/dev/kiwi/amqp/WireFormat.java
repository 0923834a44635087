package dev.kiwi.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as AMQP messages and back. What comes in may have been written by anybody, so
 * reading never fails.
 */
interface WireFormat {

	/** Writes a task, for its queue or for the dead letters. */
	WireMessage task(Envelope task, @Nullable String expiration);

	/** Writes a call. */
	WireMessage request(Envelope request, String replyQueue, String expiration);

	/** Writes a broadcast. */
	WireMessage broadcast(BroadcastEnvelope broadcast);

	/**
	 * Writes a reply to a task.
	 * @return the message, or null where this sender would not understand it
	 */
	@Nullable WireMessage taskReply(Envelope task, Reply reply);

	/** Writes a reply to a call. */
	WireMessage rpcReply(Envelope request, Reply reply);

	/** Reads a task. */
	Envelope task(BasicProperties properties, byte[] body);

	/**
	 * Reads a dead letter, of which the broker's own notes tell the rest where it put the
	 * task aside itself.
	 */
	Envelope letter(BasicProperties properties, byte[] body);

	/** Reads a call. */
	Envelope request(BasicProperties properties, byte[] body);

	/** Reads a broadcast. */
	BroadcastEnvelope broadcast(BasicProperties properties, byte[] body);

	/** Reads a reply. */
	Reply reply(BasicProperties properties, byte[] body);

}

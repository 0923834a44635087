package dev.kiwi.amqp;

import java.io.IOException;
import java.util.List;

import com.rabbitmq.client.Channel;

/**
 * A channel that publishes. One thread at a time writes.
 */
interface OutgoingChannel {

	/**
	 * Writes a message. What cannot be written in whole fails, at the latest with its
	 * channel.
	 * @return whether it goes no other way; false where the channel is closed
	 * @throws IOException if nothing more can be written to this channel
	 */
	boolean write(Outgoing outgoing) throws IOException;

	/** What was written and is not confirmed, where that is to come. */
	List<Outgoing> unconfirmed();

	Channel channel();

}

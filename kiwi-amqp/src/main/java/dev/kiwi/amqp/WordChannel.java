package dev.kiwi.amqp;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;

/**
 * Publishes without confirms: what is written is done.
 *
 * @param channel the channel
 * @param window where calls take room
 */
record WordChannel(Channel channel, Window window) implements OutgoingChannel {

	static WordChannel open(Connection connection, Window window, Consumer<Return> returns) throws IOException {
		Channel channel = Link.channel(connection);
		channel.addReturnListener(returns::accept);
		return new WordChannel(channel, window);
	}

	@Override
	public boolean write(Outgoing outgoing) throws IOException {
		try {
			outgoing.write(this.channel);
		}
		catch (AlreadyClosedException | IOException ex) {
			outgoing.fail(
					new ConnectionLostException(outgoing.what() + " was not written before the connection broke", ex));
			throw ex;
		}
		catch (RuntimeException ex) {
			outgoing.fail(new DeliveryFailedException(outgoing.what() + " cannot be written: " + ex.getMessage(), ex));
		}
		if (outgoing.done()) {
			this.window.release(1, outgoing.bytes());
		}
		return true;
	}

	@Override
	public List<Outgoing> unconfirmed() {
		return List.of();
	}

}

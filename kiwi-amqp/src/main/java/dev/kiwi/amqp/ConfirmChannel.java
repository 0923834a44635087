package dev.kiwi.amqp;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.UnroutableException;

/**
 * Publishes with confirms, and keeps what is unconfirmed.
 */
final class ConfirmChannel implements OutgoingChannel {

	private final Channel channel;

	private final Window window;

	private final Echo echo;

	private final ConfirmRing unconfirmed = new ConfirmRing();

	private ConfirmChannel(Channel channel, Window window, Echo echo) {
		this.channel = channel;
		this.window = window;
		this.echo = echo;
	}

	/**
	 * Opens a channel.
	 * @param window where what is confirmed frees its room
	 * @param echo hears of what was read
	 * @param refused takes what a queue without a leader refused; it is kept nowhere
	 */
	static ConfirmChannel open(Connection connection, Window window, Echo echo, Consumer<List<Outgoing>> refused)
			throws IOException {
		Channel channel = Link.channel(connection);
		channel.confirmSelect();
		ConfirmChannel opened = new ConfirmChannel(channel, window, echo);
		channel.addConfirmListener(
				(sequence, multiple) -> opened.confirmed(opened.unconfirmed.take(sequence, multiple)),
				(sequence, multiple) -> refused.accept(opened.unconfirmed.take(sequence, multiple)));
		channel.addReturnListener((returned) -> opened.returned(returned.getRoutingKey(), returned.getProperties(),
				returned.getReplyText()));
		channel.addShutdownListener(opened::close);
		return opened;
	}

	@Override
	public Channel channel() {
		return this.channel;
	}

	@Override
	public boolean write(Outgoing outgoing) throws IOException {
		if (!this.unconfirmed.add(this.channel.getNextPublishSeqNo(), outgoing)) {
			return false;
		}
		try {
			outgoing.write(this.channel);
			return true;
		}
		catch (AlreadyClosedException ex) {
			throw new IOException(ex);
		}
		catch (RuntimeException ex) {
			// it took a number that the broker never counted: only another channel counts
			// right
			outgoing.fail(new DeliveryFailedException(outgoing.what() + " cannot be written: " + ex.getMessage(), ex));
			throw new IOException(ex);
		}
	}

	@Override
	public List<Outgoing> unconfirmed() {
		return this.unconfirmed.all();
	}

	private void confirmed(List<Outgoing> confirmed) {
		int messages = 0;
		long bytes = 0;
		long end = 0;
		for (Outgoing outgoing : confirmed) {
			end = outgoing.end();
			if (outgoing.done()) {
				messages++;
				bytes += outgoing.bytes();
			}
		}
		this.echo.heard(end);
		this.window.release(messages, bytes);
	}

	private void returned(String routingKey, BasicProperties properties, String reason) {
		Outgoing outgoing = this.unconfirmed.find((candidate) -> candidate.isReturnedAs(routingKey, properties));
		if (outgoing != null) {
			outgoing.returned(new UnroutableException(
					outgoing.what() + " was returned by the broker (" + reason + "): there is no such queue"));
		}
	}

	private void close(Throwable cause) {
		for (Outgoing outgoing : this.unconfirmed.close()) {
			outgoing.fail(new ConnectionLostException(outgoing.what()
					+ " was written but not confirmed when the connection broke: it may have arrived or not ("
					+ Refusals.text(cause) + ")", cause));
		}
	}

}

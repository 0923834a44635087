package dev.kiwi.amqp;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import dev.kiwi.CommunicatorClosedException;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way, which completes when the broker confirms it, or when it is
 * written where nothing will be confirmed.
 */
final class Outgoing extends CompletableFuture<Void> {

	/** About what a message has beside its body and headers. */
	private static final int FRAMES = 256;

	private final Publication publication;

	private final String exchange;

	private final String routingKey;

	private final WireMessage message;

	private final int size;

	/** Where it takes room, or null. */
	private final @Nullable Window window;

	/** When it is given up, by {@link System#nanoTime()}. */
	private final long deadline;

	/** Where it ends on its connection, as its echo counts. */
	private long end;

	private @Nullable RuntimeException returned;

	Outgoing(Publication publication, String exchange, String routingKey, WireMessage message, @Nullable Window window,
			long deadline) {
		this.publication = publication;
		this.exchange = exchange;
		this.routingKey = routingKey;
		this.message = message;
		this.size = size(message);
		this.window = window;
		this.deadline = deadline;
	}

	/** Its body's, which is what the window counts. */
	int bytes() {
		return this.message.body().length;
	}

	/** About how many bytes it takes on the wire, rather more than less. */
	int size() {
		return this.size;
	}

	private static int size(WireMessage message) {
		int size = FRAMES + message.body().length;
		Map<String, Object> headers = message.properties().getHeaders();
		if (headers != null) {
			for (Map.Entry<String, Object> header : headers.entrySet()) {
				size += 3 * (header.getKey().length() + header.getValue().toString().length());
			}
		}
		return size;
	}

	/** Where it ends on its connection. */
	long end() {
		return this.end;
	}

	void endsAt(long place) {
		this.end = place;
	}

	boolean isConfirmed() {
		return this.publication.isConfirmed();
	}

	/** How long it may still take, in nanoseconds; not more than 0 when it is over. */
	long rest(long now) {
		return this.deadline - now;
	}

	/** What a log or an error calls it. */
	String what() {
		BasicProperties properties = this.message.properties();
		String id = (properties.getMessageId() != null) ? properties.getMessageId()
				: "reply to " + properties.getCorrelationId();
		return "Message " + id + " for '" + (this.exchange.isEmpty() ? this.routingKey : this.exchange) + "'";
	}

	void write(Channel channel) throws IOException {
		channel.basicPublish(this.exchange, this.routingKey, this.publication.isMandatory(), this.message.properties(),
				this.message.body());
	}

	boolean isReturnedAs(String key, BasicProperties as) {
		return this.returned == null && this.publication.isMandatory() && this.routingKey.equals(key)
				&& Objects.equals(this.message.properties().getMessageId(), as.getMessageId())
				&& Objects.equals(this.message.properties().getCorrelationId(), as.getCorrelationId());
	}

	void returned(RuntimeException unroutable) {
		this.returned = unroutable;
	}

	/**
	 * It is done, well or returned.
	 * @return whether its room in the window is for the caller to free
	 */
	boolean done() {
		boolean first = (this.returned != null) ? completeExceptionally(this.returned) : complete(null);
		return first && this.window != null;
	}

	/** Nobody will send it any more. */
	void abandon() {
		fail(new CommunicatorClosedException(what() + " was not sent before the communicator closed"));
	}

	void fail(RuntimeException failure) {
		if (completeExceptionally(failure) && this.window != null) {
			this.window.release(1, bytes());
		}
	}

}

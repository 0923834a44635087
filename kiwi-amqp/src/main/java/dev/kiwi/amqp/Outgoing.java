package dev.kiwi.amqp;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the broker's confirm, with which it completes.
 */
final class Outgoing extends CompletableFuture<Void> {

	/** About what a message has beside its body and headers. */
	private static final int FRAMES = 256;

	private final String exchange;

	private final String routingKey;

	private final boolean mandatory;

	private final BasicProperties properties;

	private final byte[] body;

	private final int size;

	/** Where it takes room, or null. */
	private final @Nullable Window window;

	private final long begun = System.nanoTime();

	/** When it is given up, by {@link System#nanoTime()}. */
	private final long deadline;

	private @Nullable RuntimeException returned;

	Outgoing(String exchange, String routingKey, boolean mandatory, BasicProperties properties, byte[] body,
			@Nullable Window window, long deadline) {
		this.exchange = exchange;
		this.routingKey = routingKey;
		this.mandatory = mandatory;
		this.properties = properties;
		this.body = body;
		this.size = size(properties, body);
		this.window = window;
		this.deadline = deadline;
	}

	String exchange() {
		return this.exchange;
	}

	String routingKey() {
		return this.routingKey;
	}

	boolean isMandatory() {
		return this.mandatory;
	}

	BasicProperties properties() {
		return this.properties;
	}

	byte[] body() {
		return this.body;
	}

	/** About how many bytes it takes on the wire, rather more than less. */
	int size() {
		return this.size;
	}

	private static int size(BasicProperties properties, byte[] body) {
		int size = FRAMES + body.length;
		if (properties.getHeaders() != null) {
			for (Map.Entry<String, Object> header : properties.getHeaders().entrySet()) {
				size += 3 * (header.getKey().length() + header.getValue().toString().length());
			}
		}
		return size;
	}

	/** For how long it has been on its way, in nanoseconds. */
	long age() {
		return System.nanoTime() - this.begun;
	}

	boolean isOver(long now) {
		return now - this.deadline > 0;
	}

	/** What a log or an error calls it. */
	String what() {
		String id = (this.properties.getMessageId() != null) ? this.properties.getMessageId()
				: "reply to " + this.properties.getCorrelationId();
		return "Message " + id + " for '" + (this.exchange.isEmpty() ? this.routingKey : this.exchange) + "'";
	}

	boolean isReturnedAs(String key, BasicProperties as) {
		return this.returned == null && this.mandatory && this.routingKey.equals(key)
				&& Objects.equals(this.properties.getMessageId(), as.getMessageId())
				&& Objects.equals(this.properties.getCorrelationId(), as.getCorrelationId());
	}

	void returned(RuntimeException unroutable) {
		this.returned = unroutable;
	}

	/**
	 * The broker has spoken.
	 * @return whether its room in the window is for the caller to free
	 */
	boolean confirm() {
		boolean first = (this.returned != null) ? completeExceptionally(this.returned) : complete(null);
		return first && this.window != null;
	}

	void fail(RuntimeException failure) {
		if (completeExceptionally(failure) && this.window != null) {
			this.window.release(1, this.body.length);
		}
	}

}

package dev.kiwi.amqp;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the broker's confirm.
 */
final class Outgoing {

	private final String exchange;

	private final String routingKey;

	private final boolean mandatory;

	private final BasicProperties properties;

	private final byte[] body;

	/** When it is given up, by {@link System#nanoTime()}. */
	private final long deadline;

	private final CompletableFuture<Void> confirmed = new CompletableFuture<>();

	private @Nullable RuntimeException returned;

	Outgoing(String exchange, String routingKey, boolean mandatory, BasicProperties properties, byte[] body,
			long deadline) {
		this.exchange = exchange;
		this.routingKey = routingKey;
		this.mandatory = mandatory;
		this.properties = properties;
		this.body = body;
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

	CompletableFuture<Void> confirmed() {
		return this.confirmed;
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

	void confirm() {
		if (this.returned != null) {
			this.confirmed.completeExceptionally(this.returned);
		}
		else {
			this.confirmed.complete(null);
		}
	}

	void fail(RuntimeException failure) {
		this.confirmed.completeExceptionally(failure);
	}

}

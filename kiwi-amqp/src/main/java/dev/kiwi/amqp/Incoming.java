package dev.kiwi.amqp;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.transport.Notice;

/**
 * A message that was received and not yet acknowledged.
 */
final class Incoming {

	private final ConsumerChannel channel;

	private final long tag;

	private final boolean redelivered;

	private final BasicProperties properties;

	private final byte[] body;

	private final AtomicBoolean settling = new AtomicBoolean();

	private final Notice loss = new Notice();

	Incoming(ConsumerChannel channel, long tag, boolean redelivered, BasicProperties properties, byte[] body) {
		this.channel = channel;
		this.tag = tag;
		this.redelivered = redelivered;
		this.properties = properties;
		this.body = body;
	}

	ConsumerChannel channel() {
		return this.channel;
	}

	long tag() {
		return this.tag;
	}

	boolean isRedelivered() {
		return this.redelivered;
	}

	/** As quorum queues count; a classic one only knows that it was. */
	int redeliveries() {
		return this.redelivered ? Math.max(1, Math.max(count("x-delivery-count"), count("x-acquired-count"))) : 0;
	}

	private int count(String header) {
		Map<String, Object> headers = this.properties.getHeaders();
		return (headers != null && headers.get(header) instanceof Number count) ? count.intValue() : 0;
	}

	BasicProperties properties() {
		return this.properties;
	}

	byte[] body() {
		return this.body;
	}

	boolean isLost() {
		return this.channel.isLost();
	}

	/** Whether the caller is the first to settle it. */
	boolean beginSettling() {
		return this.settling.compareAndSet(false, true);
	}

	void acknowledge() {
		this.channel.acknowledge(this);
	}

	void giveBack() {
		this.channel.giveBack(this);
	}

	void onLost(Runnable action) {
		this.loss.on(action);
	}

	void lost() {
		this.loss.give();
	}

}

package dev.kiwi.amqp;

import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.transport.Notice;

/**
 * A message that was received and not yet acknowledged.
 */
final class Incoming extends Acknowledgements.Entry {

	private static final BasicProperties NOTHING = new BasicProperties();

	private static final byte[] NO_BYTES = new byte[0];

	private final ConsumerChannel channel;

	private final boolean redelivered;

	private BasicProperties properties;

	private byte[] body;

	private final Notice loss = new Notice();

	private boolean settling;

	Incoming(ConsumerChannel channel, long tag, boolean redelivered, BasicProperties properties, byte[] body) {
		super(tag);
		this.channel = channel;
		this.redelivered = redelivered;
		this.properties = properties;
		this.body = body;
	}

	ConsumerChannel channel() {
		return this.channel;
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

	/** What it was read into has all of it. */
	void forget() {
		this.properties = NOTHING;
		this.body = NO_BYTES;
	}

	boolean isLost() {
		return this.channel.isLost();
	}

	/** Whether the caller is the first to settle it. */
	boolean beginSettling() {
		synchronized (this.loss) {
			boolean first = !this.settling;
			this.settling = true;
			return first;
		}
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

	@Override
	void lost() {
		this.loss.give();
	}

}

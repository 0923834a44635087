package dev.kiwi.amqp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.rabbitmq.client.Connection;

/**
 * What a broker can do depends on its version.
 */
record BrokerVersion(int major, int minor) {

	private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

	static BrokerVersion of(Connection connection) {
		return parse(String.valueOf(connection.getServerProperties().get("version")));
	}

	/** What says nothing of itself is taken for old. */
	static BrokerVersion parse(String version) {
		Matcher numbers = NUMBERS.matcher(version);
		return numbers.matches()
				? new BrokerVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
				: new BrokerVersion(3, 8);
	}

	boolean isAtLeast(int otherMajor, int otherMinor) {
		return this.major > otherMajor || (this.major == otherMajor && this.minor >= otherMinor);
	}

	/** Whether a consumer says itself how long it may hold a message. */
	boolean hasConsumerTimeoutOfConsumer() {
		return isAtLeast(4, 3);
	}

	/** Whether the queue says how long a consumer may hold a message. */
	boolean hasConsumerTimeoutOfQueue() {
		return isAtLeast(3, 12) && !hasConsumerTimeoutOfConsumer();
	}

	/** Whether a quorum queue declared a moment ago survives kill -9. */
	boolean keepsFreshQueues() {
		return this.major >= 4;
	}

	/** How many priorities a queue tells apart. */
	int priorities(QueueType type) {
		if (type == QueueType.CLASSIC || isAtLeast(4, 3)) {
			return 10;
		}
		return isAtLeast(4, 0) ? 2 : 1;
	}

	@Override
	public String toString() {
		return this.major + "." + this.minor;
	}

}

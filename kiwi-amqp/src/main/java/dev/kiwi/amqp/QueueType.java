package dev.kiwi.amqp;

import java.util.Locale;

/**
 * How RabbitMQ keeps a task queue.
 */
public enum QueueType {

	/**
	 * Replicated over a cluster, and on one node faster than classic for what kiwi does:
	 * the default.
	 */
	QUORUM,

	/**
	 * On one node only.
	 */
	CLASSIC;

	String argument() {
		return name().toLowerCase(Locale.ROOT);
	}

}

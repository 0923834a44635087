package dev.kiwi.amqp;

import java.time.Duration;

import dev.kiwi.TaskOptions;

/**
 * What one task queue needs of RabbitMQ.
 *
 * @param maxRunTime how long a worker may hold a task before the broker gives it to
 * another, set where the broker's version takes it: by consumer from 4.3, by queue from
 * 3.12, where the first declaration counts; at start-up a warning says where it cannot be
 * set. 30 days by default
 * @param maxPriority the highest priority that tasks of the queue have, 0 to 9; a warning
 * at start-up says where the broker tells fewer apart. 0 by default
 */
public record AmqpQueueSettings(Duration maxRunTime, int maxPriority) {

	/**
	 * Used where nothing else is said.
	 */
	public static final AmqpQueueSettings DEFAULTS = new AmqpQueueSettings(Duration.ofDays(30), 0);

	public AmqpQueueSettings {
		if (maxRunTime.toMillis() <= 0 || maxPriority < 0 || maxPriority > TaskOptions.MAX_PRIORITY) {
			throw new IllegalArgumentException("A queue needs max-run-time > 0 and max-priority from 0 to "
					+ TaskOptions.MAX_PRIORITY + ", not " + maxRunTime + " and " + maxPriority);
		}
	}

}

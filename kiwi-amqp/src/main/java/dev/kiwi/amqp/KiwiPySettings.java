package dev.kiwi.amqp;

import java.time.Duration;

/**
 * Where an existing deployment of kiwiPy has its exchanges and queues.
 *
 * @param taskExchange the topic exchange of tasks, {@code kiwipy.tasks} by default
 * @param messageExchange the topic exchange of calls and broadcasts,
 * {@code kiwipy.messages} by default
 * @param taskQueue the task queue, {@code kiwipy.tasks} by default; it stands for
 * {@code defaultQueue}, other queues are called there as here
 * @param defaultQueue what kiwi calls that queue, {@code default} by default
 * @param taskTimeToLive after how long the task queue drops what nobody took, 7 days by
 * default; zero for a queue that drops nothing. Only used where the queue does not exist
 */
public record KiwiPySettings(String taskExchange, String messageExchange, String taskQueue, String defaultQueue,
		Duration taskTimeToLive) {

	/**
	 * What kiwiPy itself uses where nothing else is said.
	 */
	public static final KiwiPySettings DEFAULTS = new KiwiPySettings("kiwipy.tasks", "kiwipy.messages", "kiwipy.tasks",
			"default", Duration.ofDays(7));

	private static final int MAX_BYTES = 255;

	public KiwiPySettings {
		require("task-exchange", taskExchange);
		require("message-exchange", messageExchange);
		require("task-queue", taskQueue);
		if (taskTimeToLive.isNegative()) {
			throw new IllegalArgumentException(
					"kiwi.amqp.kiwipy.task-time-to-live is " + taskTimeToLive + ", allowed is 0 or more");
		}
	}

	private static void require(String setting, String name) {
		if (name.isEmpty() || name.length() > MAX_BYTES) {
			throw new IllegalArgumentException("kiwi.amqp.kiwipy." + setting + " is '" + name + "', allowed are 1 to "
					+ MAX_BYTES + " characters");
		}
	}

}

package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How kiwi uses RabbitMQ.
 *
 * @param namespace what the names of all of kiwi's queues and exchanges start with, 1 to
 * 20 of the characters A-Z a-z 0-9 _ -; {@code kiwi} by default. AMQP carries names of at
 * most 255 bytes, and kiwi's identifiers have up to 200
 * @param queueType how task queues are declared, {@link QueueType#QUORUM} by default; a
 * queue's type cannot be changed once it exists
 * @param adoptExistingQueues whether a queue that exists with other arguments is used as
 * it is instead of being refused; false by default
 * @param sendTimeout how long a message may wait to be taken by the broker, for room in
 * the window, a connection, or the end of a broker's alarm, 30 s by default: a broker
 * that restarts is back within some 10 s
 * @param windowMessages how many messages may be unconfirmed at once, 1000 by default:
 * with more the throughput grew no further
 * @param windowBytes how many bytes of bodies may be unconfirmed at once, 32 MiB by
 * default: twice the largest body; a larger single message goes alone
 * @param deadLetterTimeToLive how long the broker keeps dead letters, 7 days by default;
 * carried by each message, so that it can be changed while letters are kept
 * @param tasks what task queues need
 * @param queues the same for single queues, by name, instead of {@code tasks}
 * @param broadcastPrefetch how many broadcasts may be out at once to this process'
 * subscribers, 250 by default as Spring AMQP's prefetch
 * @param kiwiPy the deployment of kiwiPy that is joined, or null for kiwi's own queues
 * and exchanges; kiwiPy's task queues are classic ones
 * @param taskEvents how long an event for whatever happens to a task is kept, so that the
 * view of tasks tells of every task; null, as by default, where none are written
 */
public record AmqpSettings(String namespace, QueueType queueType, boolean adoptExistingQueues, Duration sendTimeout,
		int windowMessages, long windowBytes, Duration deadLetterTimeToLive, AmqpQueueSettings tasks,
		Map<String, AmqpQueueSettings> queues, int broadcastPrefetch, @Nullable KiwiPySettings kiwiPy,
		@Nullable AmqpEventSettings taskEvents) {

	/** RabbitMQ closes the channel of who asks for more. */
	static final Duration LONGEST_TIME_TO_LIVE = Duration.ofDays(3650);

	/**
	 * Used where nothing else is said.
	 */
	public static final AmqpSettings DEFAULTS = new AmqpSettings("kiwi", QueueType.QUORUM, false,
			Duration.ofSeconds(30), 1000, 32 << 20, Duration.ofDays(7), AmqpQueueSettings.DEFAULTS, Map.of(), 250, null,
			null);

	public AmqpSettings {
		queues = Map.copyOf(queues);
		queueType = (kiwiPy != null) ? QueueType.CLASSIC : queueType;
		require(namespace.matches("[A-Za-z0-9_-]{1,20}"), "kiwi.namespace", namespace,
				"1 to 20 of the characters A-Z a-z 0-9 _ -");
		require(!sendTimeout.isNegative() && !sendTimeout.isZero(), "kiwi.amqp.send-timeout", sendTimeout,
				"more than 0");
		require(windowMessages > 0, "kiwi.amqp.window-messages", windowMessages, "at least 1");
		require(windowBytes > 0, "kiwi.amqp.window-size", windowBytes, "at least 1");
		require(deadLetterTimeToLive.compareTo(Duration.ofMillis(1)) >= 0
				&& deadLetterTimeToLive.compareTo(LONGEST_TIME_TO_LIVE) <= 0, "kiwi.tasks.dead-letters.time-to-live",
				deadLetterTimeToLive, "1 ms to 3650 days, which is as long as RabbitMQ keeps a message");
		require(broadcastPrefetch > 0 && broadcastPrefetch <= 0xffff, "The prefetch of broadcasts", broadcastPrefetch,
				"1 to 65535");
	}

	/**
	 * These settings in another namespace.
	 * @param namespace the namespace
	 * @return the settings
	 */
	public AmqpSettings withNamespace(String namespace) {
		return new AmqpSettings(namespace, this.queueType, this.adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, this.kiwiPy, this.taskEvents);
	}

	/**
	 * These settings with another type of task queues.
	 * @param queueType the type
	 * @return the settings
	 */
	public AmqpSettings withQueueType(QueueType queueType) {
		return new AmqpSettings(this.namespace, queueType, this.adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, this.kiwiPy, this.taskEvents);
	}

	/**
	 * These settings, using queues that exist as they are or not.
	 * @param adoptExistingQueues whether to use them
	 * @return the settings
	 */
	public AmqpSettings withAdoptExistingQueues(boolean adoptExistingQueues) {
		return new AmqpSettings(this.namespace, this.queueType, adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, this.kiwiPy, this.taskEvents);
	}

	/**
	 * These settings with another send time-out.
	 * @param sendTimeout the time-out
	 * @return the settings
	 */
	public AmqpSettings withSendTimeout(Duration sendTimeout) {
		return new AmqpSettings(this.namespace, this.queueType, this.adoptExistingQueues, sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, this.kiwiPy, this.taskEvents);
	}

	/**
	 * These settings with another window of unconfirmed messages.
	 * @param messages how many messages
	 * @param bytes how many bytes of bodies
	 * @return the settings
	 */
	public AmqpSettings withWindow(int messages, long bytes) {
		return new AmqpSettings(this.namespace, this.queueType, this.adoptExistingQueues, this.sendTimeout, messages,
				bytes, this.deadLetterTimeToLive, this.tasks, this.queues, this.broadcastPrefetch, this.kiwiPy,
				this.taskEvents);
	}

	/**
	 * These settings with another life of dead letters.
	 * @param deadLetterTimeToLive how long the broker keeps them
	 * @return the settings
	 */
	public AmqpSettings withDeadLetterTimeToLive(Duration deadLetterTimeToLive) {
		return new AmqpSettings(this.namespace, this.queueType, this.adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, this.kiwiPy, this.taskEvents);
	}

	/**
	 * These settings with others for task queues.
	 * @param tasks for all queues that {@code queues} does not name
	 * @param queues for single queues
	 * @return the settings
	 */
	public AmqpSettings withTasks(AmqpQueueSettings tasks, Map<String, AmqpQueueSettings> queues) {
		return new AmqpSettings(this.namespace, this.queueType, this.adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, tasks, queues, this.broadcastPrefetch,
				this.kiwiPy, this.taskEvents);
	}

	/**
	 * These settings, joining a deployment of kiwiPy. The communicator's first codec is
	 * to be a {@link dev.kiwi.amqp.kiwipy.YamlPayloadCodec}.
	 * @param kiwiPy where that deployment has its exchanges and queues
	 * @return the settings
	 */
	public AmqpSettings withKiwiPy(KiwiPySettings kiwiPy) {
		return new AmqpSettings(this.namespace, this.queueType, this.adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, kiwiPy, this.taskEvents);
	}

	/**
	 * These settings, keeping events of tasks or not.
	 * @param taskEvents how long they are kept, or null where none are written
	 * @return the settings
	 */
	public AmqpSettings withTaskEvents(@Nullable AmqpEventSettings taskEvents) {
		return new AmqpSettings(this.namespace, this.queueType, this.adoptExistingQueues, this.sendTimeout,
				this.windowMessages, this.windowBytes, this.deadLetterTimeToLive, this.tasks, this.queues,
				this.broadcastPrefetch, this.kiwiPy, taskEvents);
	}

	/** What a task queue needs. */
	AmqpQueueSettings queue(String queue) {
		return this.queues.getOrDefault(queue, this.tasks);
	}

	private static void require(boolean condition, String setting, Object value, String allowed) {
		if (!condition) {
			throw new IllegalArgumentException(setting + " is " + value + ", allowed is " + allowed);
		}
	}

}

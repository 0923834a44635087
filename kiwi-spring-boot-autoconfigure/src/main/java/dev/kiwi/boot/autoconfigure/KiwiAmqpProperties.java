package dev.kiwi.boot.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.kiwi.amqp.AmqpEventSettings;
import dev.kiwi.amqp.AmqpQueueSettings;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.KiwiPySettings;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Tasks;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import static java.util.Objects.requireNonNullElse;

/**
 * How kiwi uses RabbitMQ.
 *
 * @param connectionFactory The name of the ConnectionFactory bean to use. The only or the
 * primary one by default.
 * @param queueType How task queues are declared. The type of a queue that exists cannot
 * be changed.
 * @param adoptExistingQueues Whether a queue that exists with other arguments is used as
 * it is instead of being refused.
 * @param sendTimeout How long a message may wait to be taken by the broker, for room in
 * the window, for a connection, or for the end of a broker's alarm.
 * @param windowMessages How many sent messages may be unconfirmed at once.
 * @param windowSize How many bytes of payload may be unconfirmed at once. A larger single
 * message goes alone.
 * @param interop Which other system's deployment is joined, with its exchanges, queues
 * and messages. Kiwi's own by default.
 * @param kiwipy Where a deployment of kiwiPy that is joined has its exchanges and queues.
 */
@ConfigurationProperties("kiwi.amqp")
public record KiwiAmqpProperties(@Nullable String connectionFactory, @DefaultValue("quorum") QueueType queueType,
		@DefaultValue("false") boolean adoptExistingQueues, @DefaultValue("30s") Duration sendTimeout,
		@DefaultValue("1000") int windowMessages, @DefaultValue("32MB") DataSize windowSize, @Nullable Interop interop,
		@DefaultValue KiwiPy kiwipy) {

	AmqpSettings settings(KiwiProperties all) {
		AmqpSettings defaults = AmqpSettings.DEFAULTS;
		try {
			return new AmqpSettings(all.namespace(), this.queueType, this.adoptExistingQueues, this.sendTimeout,
					this.windowMessages, this.windowSize.toBytes(), all.tasks().deadLetters().timeToLive(),
					queue("kiwi.tasks", all.tasks().maxRunTime(), all.tasks().maxPriority()), queues(all.tasks()),
					defaults.broadcastPrefetch(), kiwiPy(all), taskEvents(all));
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid("kiwi.amqp, kiwi.namespace and kiwi.admin.task-events", ex);
		}
	}

	private static @Nullable AmqpEventSettings taskEvents(KiwiProperties all) {
		KiwiProperties.TaskEvents events = all.admin().taskEvents();
		return events.enabled() ? new AmqpEventSettings(events.timeToLive(), events.maxSize().toBytes()) : null;
	}

	private @Nullable KiwiPySettings kiwiPy(KiwiProperties all) {
		return (this.interop == Interop.KIWIPY)
				? new KiwiPySettings(this.kiwipy.taskExchange(), this.kiwipy.messageExchange(), this.kiwipy.taskQueue(),
						all.tasks().defaultQueue(), this.kiwipy.taskTimeToLive())
				: null;
	}

	private static Map<String, AmqpQueueSettings> queues(Tasks all) {
		Map<String, AmqpQueueSettings> queues = new HashMap<>();
		all.queues()
			.forEach((name, own) -> queues.put(name,
					queue("kiwi.tasks.queues." + name, requireNonNullElse(own.maxRunTime(), all.maxRunTime()),
							requireNonNullElse(own.maxPriority(), all.maxPriority()))));
		return queues;
	}

	private static AmqpQueueSettings queue(String prefix, Duration maxRunTime, int maxPriority) {
		try {
			return new AmqpQueueSettings(maxRunTime, maxPriority);
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid(prefix, ex);
		}
	}

	/**
	 * What can be joined.
	 */
	public enum Interop {

		/**
		 * The Python library kiwiPy, as AiiDA uses it.
		 */
		KIWIPY

	}

	/**
	 * Where a deployment of kiwiPy has its exchanges and queues.
	 *
	 * @param taskExchange The exchange of tasks, such as aiida-xyz.tasks.
	 * @param messageExchange The exchange of calls and broadcasts, such as
	 * aiida-xyz.messages.
	 * @param taskQueue The task queue that kiwi.tasks.default-queue stands for, such as
	 * aiida-xyz.process.queue. Other queues are called there as here.
	 * @param taskTimeToLive After how long a task queue drops what nobody took, 0 for
	 * never. A queue that exists is used as it is.
	 */
	public record KiwiPy(@DefaultValue("kiwipy.tasks") String taskExchange,
			@DefaultValue("kiwipy.messages") String messageExchange, @DefaultValue("kiwipy.tasks") String taskQueue,
			@DefaultValue("7d") Duration taskTimeToLive) {

	}

}

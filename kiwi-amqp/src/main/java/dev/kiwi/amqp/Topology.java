package dev.kiwi.amqp;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

import dev.kiwi.BroadcastFilter;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go: kiwi's own exchanges and queues, or those of a deployment that was
 * there before. Queues that nobody else names are kiwi's own in both.
 */
interface Topology {

	/** The exchange that has every queue's name for a key, and needs no binding. */
	String DEFAULT_EXCHANGE = "";

	static Topology of(AmqpSettings settings, Names names) {
		KiwiPySettings kiwiPy = settings.kiwiPy();
		return (kiwiPy != null) ? new KiwiPyTopology(kiwiPy) : new KiwiTopology(names);
	}

	/** What a task queue is called on the broker. */
	String taskQueue(String queue);

	/** The reverse of {@link #taskQueue}. */
	String queue(String name);

	/**
	 * How task queues are declared where they do not exist, or null for what kiwi needs.
	 */
	@Nullable Map<String, Object> taskQueueArguments();

	/** Which exchange others send tasks, and the replies to them, to. */
	String taskExchange();

	/** Which exchange calls, and the replies to them, are sent to. */
	String rpcExchange();

	/** The key of whoever serves an identifier. */
	String rpcKey(String identifier);

	/** Which topic exchange broadcasts are sent to. */
	String broadcastExchange();

	/** Whether the broadcast exchange outlives the broker. */
	boolean isDurable();

	/** The key of a broadcast. */
	String broadcastKey(@Nullable String subject, @Nullable String sender);

	/** The keys of all broadcasts that may pass one of the filters. */
	Set<String> broadcastKeys(Collection<BroadcastFilter> filters);

}

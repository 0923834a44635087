package dev.kiwi.amqp;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

import dev.kiwi.BroadcastFilter;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges and task queues of a deployment of kiwiPy.
 */
record KiwiPyTopology(KiwiPySettings settings) implements Topology {

	private static final String BROADCAST = "[broadcast]";

	private static final String RPC = "[rpc].";

	@Override
	public String taskQueue(String queue) {
		return queue.equals(this.settings.defaultQueue()) ? this.settings.taskQueue() : queue;
	}

	@Override
	public String queue(String name) {
		return name.equals(this.settings.taskQueue()) ? this.settings.defaultQueue() : name;
	}

	@Override
	public @Nullable Map<String, Object> taskQueueArguments() {
		long millis = this.settings.taskTimeToLive().toMillis();
		return (millis > 0) ? Map.of("x-message-ttl", millis) : Map.of();
	}

	@Override
	public String taskExchange() {
		return this.settings.taskExchange();
	}

	@Override
	public String rpcExchange() {
		return this.settings.messageExchange();
	}

	@Override
	public String rpcKey(String identifier) {
		return RPC + identifier;
	}

	@Override
	public String broadcastExchange() {
		return this.settings.messageExchange();
	}

	@Override
	public boolean isDurable() {
		return false;
	}

	@Override
	public String broadcastKey(@Nullable String subject, @Nullable String sender) {
		return BROADCAST;
	}

	/** KiwiPy tells everyone everything. */
	@Override
	public Set<String> broadcastKeys(Collection<BroadcastFilter> filters) {
		return filters.isEmpty() ? Set.of() : Set.of(BROADCAST);
	}

}

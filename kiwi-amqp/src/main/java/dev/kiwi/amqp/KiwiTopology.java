package dev.kiwi.amqp;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

import dev.kiwi.BroadcastFilter;
import org.jspecify.annotations.Nullable;

/**
 * Kiwi's own exchanges and queues.
 */
record KiwiTopology(Names names) implements Topology {

	@Override
	public String taskQueue(String queue) {
		return this.names.task(queue);
	}

	@Override
	public String queue(String name) {
		return this.names.queue(name);
	}

	@Override
	public @Nullable Map<String, Object> taskQueueArguments() {
		return null;
	}

	@Override
	public String taskExchange() {
		return DEFAULT_EXCHANGE;
	}

	@Override
	public String rpcExchange() {
		return DEFAULT_EXCHANGE;
	}

	@Override
	public String rpcKey(String identifier) {
		return this.names.rpc(identifier);
	}

	@Override
	public String broadcastExchange() {
		return this.names.broadcastExchange();
	}

	@Override
	public boolean isDurable() {
		return true;
	}

	@Override
	public String broadcastKey(@Nullable String subject, @Nullable String sender) {
		return BindingKeys.routingKey(subject, sender);
	}

	@Override
	public Set<String> broadcastKeys(Collection<BroadcastFilter> filters) {
		return BindingKeys.of(filters);
	}

}

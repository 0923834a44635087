package dev.kiwi.amqp;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.Connection;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.transport.MessageTransport.BroadcastListener;
import org.jspecify.annotations.Nullable;

/**
 * What this process hears: one queue, bound to what its subscribers' filters let pass.
 */
final class BroadcastQueue {

	private final Amqp amqp;

	private final AtomicInteger epochs = new AtomicInteger();

	private volatile Set<String> wanted = Set.of();

	/** Guards the queue's name and what is bound to it. */
	private final Object binding = new Object();

	private Set<String> bound = Set.of();

	private @Nullable String queue;

	private @Nullable BroadcastListener listener;

	private @Nullable Consumption consumption;

	BroadcastQueue(Amqp amqp) {
		this.amqp = amqp;
	}

	synchronized CompletionStage<Void> listen(Collection<BroadcastFilter> filters, BroadcastListener heard) {
		this.wanted = this.amqp.topology().broadcastKeys(List.copyOf(filters));
		this.listener = heard;
		Consumption open = this.consumption;
		if (open == null || open.isEnded()) {
			if (this.wanted.isEmpty()) {
				return CompletableFuture.completedStage(null);
			}
			open = this.amqp.consume("broadcasts", this::declare, this.amqp.settings().broadcastPrefetch(),
					this::heard);
			this.consumption = open;
			return open.ready();
		}
		return open.ready().thenCompose((nothing) -> this.amqp.prepare(this::bind));
	}

	synchronized boolean isListening() {
		return this.consumption != null && this.consumption.isServed();
	}

	private Consumption.Declared declare(Connection connection) throws IOException, TimeoutException {
		String name = this.amqp.names().broadcasts(this.amqp.instance().get(), this.epochs.incrementAndGet());
		this.amqp.declarations().broadcastExchange(connection);
		this.amqp.declarations().exclusive(connection, name);
		synchronized (this.binding) {
			this.queue = name;
			this.bound = Set.of();
			bind(connection);
		}
		return Consumption.Declared.shared(name);
	}

	private void bind(Connection connection) throws IOException, TimeoutException {
		synchronized (this.binding) {
			Set<String> keys = this.wanted;
			String exchange = this.amqp.topology().broadcastExchange();
			String name = Objects.requireNonNull(this.queue);
			this.amqp.declarations().bindings(connection, name, (channel) -> {
				for (String key : minus(keys, this.bound)) {
					channel.queueBind(name, exchange, key);
				}
				for (String key : minus(this.bound, keys)) {
					channel.queueUnbind(name, exchange, key);
				}
				return keys;
			});
			this.bound = keys;
		}
	}

	private void heard(Incoming incoming) {
		BroadcastListener current = this.listener;
		if (current == null) {
			incoming.acknowledge();
			return;
		}
		current.heard(this.amqp.mapping().broadcast(incoming.properties(), incoming.body()))
			.whenComplete((nothing, failure) -> {
				if (!incoming.isLost()) {
					incoming.acknowledge();
				}
			});
	}

	private static Set<String> minus(Set<String> keys, Set<String> others) {
		Set<String> difference = new HashSet<>(keys);
		difference.removeAll(others);
		return difference;
	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP.Queue;
import com.rabbitmq.client.Connection;
import dev.kiwi.transport.QueueDepths;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker how many messages wait in queues and how many consumers these have.
 */
final class AmqpDepths implements QueueDepths {

	private final Amqp amqp;

	private final Supplier<Set<String>> known;

	/**
	 * Depths of queues.
	 * @param amqp the broker
	 * @param known the names on the broker of queues that are known to be there
	 */
	AmqpDepths(Amqp amqp, Supplier<Set<String>> known) {
		this.amqp = amqp;
		this.known = known;
	}

	@Override
	public CompletableFuture<Map<String, Depth>> depths(Collection<String> queues) {
		Set<String> names = new TreeSet<>(this.known.get());
		queues.forEach((queue) -> names.add(this.amqp.topology().taskQueue(queue)));
		Link link = this.amqp.consuming();
		CompletableFuture<Map<String, Depth>> depths = CompletableFuture.completedFuture(new HashMap<>());
		for (String name : names) {
			// one at a time: what else waits for the connection goes between
			depths = depths.thenCompose((found) -> link.call((connection) -> {
				Depth depth = depth(link, connection, name);
				if (depth != null) {
					found.put(this.amqp.topology().queue(name), depth);
				}
				return found;
			}));
		}
		return depths;
	}

	/** A queue that is not answered for is given up, as any other question. */
	private static @Nullable Depth depth(Link link, Connection connection, String name)
			throws IOException, TimeoutException {
		try {
			Queue.DeclareOk told = link.openers()
				.use(connection, "how much waits in '" + name + "'", (channel) -> channel.queueDeclarePassive(name));
			return new Depth(told.getMessageCount(), null, told.getConsumerCount(), null);
		}
		catch (IOException ex) {
			if (Refusals.isAbsent(ex)) {
				return null;
			}
			throw ex;
		}
	}

}

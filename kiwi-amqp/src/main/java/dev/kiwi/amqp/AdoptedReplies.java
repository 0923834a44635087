package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.KiwiException;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.Reply;

/**
 * The reply queues of senders that are gone: the broker keeps one for a day after its
 * sender, and whoever knows one of its tasks may take it over. What nobody asked for yet
 * stays unacknowledged.
 */
final class AdoptedReplies implements KeptResults {

	/** How many results may wait here to be asked for. */
	private static final int PREFETCH = 10_000;

	private final Amqp amqp;

	private final Consumer<Reply> listener;

	private final Map<String, CompletableFuture<Void>> adopted = new HashMap<>();

	private final Map<String, List<Incoming>> unclaimed = new HashMap<>();

	private final Set<String> followed = ConcurrentHashMap.newKeySet();

	AdoptedReplies(Amqp amqp, Consumer<Reply> listener) {
		this.amqp = amqp;
		this.listener = listener;
	}

	@Override
	public CompletableFuture<Void> follow(String id) {
		String sender = id.substring(0, Math.max(0, id.lastIndexOf('-')));
		if (sender.equals(this.amqp.instance().get())) {
			return CompletableFuture.failedFuture(
					new KiwiException("What became of task " + id + " was told here already, and is not kept"));
		}
		CompletableFuture<Void> following;
		synchronized (this) {
			following = this.adopted.get(sender);
			if (following == null || following.isCompletedExceptionally()) {
				following = adopt(sender, id);
				this.adopted.put(sender, following);
			}
		}
		return following.thenRun(() -> claim(id));
	}

	private CompletableFuture<Void> adopt(String sender, String id) {
		String queue = this.amqp.names().taskReplies(sender);
		return this.amqp.consuming()
			.call((connection) -> this.amqp.declarations().hasQueue(connection, queue))
			.thenCompose((there) -> there
					? this.amqp
						.consume(queue, (connection) -> Consumption.Declared.exclusive(queue), PREFETCH, this::replied)
						.ready()
					: CompletableFuture.failedFuture(new KiwiException("Nothing is kept of task " + id
							+ ": no process that waits for results sent it, or it has been gone for over a day")))
			.exceptionallyCompose(
					(failure) -> CompletableFuture.failedFuture(refused(Failures.unwrapped(failure), id)));
	}

	private static Throwable refused(Throwable failure, String id) {
		return (failure instanceof DuplicateSubscriberIdentifierException) ? new KiwiException(
				"The sender of task " + id + ", or somebody who follows it, is there and gets its result alone",
				failure) : failure;
	}

	private void replied(Incoming incoming) {
		String id = String.valueOf(incoming.properties().getCorrelationId());
		synchronized (this) {
			if (!this.followed.contains(id)) {
				this.unclaimed.computeIfAbsent(id, (absent) -> new ArrayList<>()).add(incoming);
				incoming.onLost(() -> lost(id, incoming));
				return;
			}
		}
		tell(incoming);
	}

	private void claim(String id) {
		List<Incoming> waiting;
		synchronized (this) {
			this.followed.add(id);
			waiting = this.unclaimed.remove(id);
		}
		if (waiting != null) {
			waiting.forEach(this::tell);
		}
	}

	/** It comes again. */
	private synchronized void lost(String id, Incoming incoming) {
		List<Incoming> waiting = this.unclaimed.get(id);
		if (waiting != null && waiting.remove(incoming) && waiting.isEmpty()) {
			this.unclaimed.remove(id);
		}
	}

	private void tell(Incoming incoming) {
		Reply reply = this.amqp.mapping().reply(incoming.properties(), incoming.body());
		if (reply.kind().isFinal()) {
			this.followed.remove(reply.correlationId());
		}
		this.listener.accept(reply);
		incoming.acknowledge();
	}

}

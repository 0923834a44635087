package dev.kiwi.amqp;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.KiwiException;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.Reply;

/**
 * The reply queues of senders that are gone: the broker keeps one for a day after its
 * sender, and whoever knows one of its tasks may read it meanwhile.
 */
final class AdoptedReplies implements KeptResults {

	private final Amqp amqp;

	private final Consumer<Reply> listener;

	/** By sender. */
	private final Map<String, Adoption> adoptions = new HashMap<>();

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
		String queue = this.amqp.names().taskReplies(sender);
		return this.amqp.consuming()
			.call((connection) -> this.amqp.declarations().hasQueue(connection, queue))
			.thenCompose((there) -> there ? adopt(sender, queue, id)
					: CompletableFuture.failedFuture(new KiwiException("Nothing is kept of task " + id
							+ ": no process that waits for results sent it, or it has been gone for over a day")))
			.exceptionallyCompose(
					(failure) -> CompletableFuture.failedFuture(refused(Failures.unwrapped(failure), id)));
	}

	private synchronized CompletableFuture<Void> adopt(String sender, String queue, String id) {
		Adoption present = this.adoptions.get(sender);
		CompletableFuture<Void> following = (present != null) ? present.follow(id) : null;
		if (following == null) {
			Adoption begun = new Adoption(this.amqp, queue, this::tell, (ended) -> end(sender, ended));
			this.adoptions.put(sender, begun);
			following = Objects.requireNonNull(begun.follow(id));
		}
		return following;
	}

	private synchronized void end(String sender, Adoption adoption) {
		this.adoptions.remove(sender, adoption);
	}

	private boolean tell(Incoming incoming) {
		Reply reply = this.amqp.mapping().reply(incoming.properties(), incoming.body());
		this.listener.accept(reply);
		incoming.acknowledge();
		return reply.kind().isFinal();
	}

	private static Throwable refused(Throwable failure, String id) {
		return (failure instanceof DuplicateSubscriberIdentifierException) ? new KiwiException(
				"The sender of task " + id + ", or somebody who follows it, is there and gets its result alone",
				failure) : failure;
	}

}

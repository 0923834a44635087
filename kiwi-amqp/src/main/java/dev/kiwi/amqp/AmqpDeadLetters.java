package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.GetResponse;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiException;
import dev.kiwi.transport.DeadLetterStore;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;

/**
 * The queue of dead letters. To look at it is to take all of it, and to give it back; an
 * exclusive consumer of an empty queue is the lock that lets only one process at a time
 * do that.
 */
final class AmqpDeadLetters implements DeadLetterStore {

	private static final Duration LOCK_PATIENCE = Duration.ofSeconds(30);

	private static final Duration LOCK_RETRY = Duration.ofMillis(50);

	private final Amqp amqp;

	private final Journal journal;

	private final Function<Disposal.Relaunch, CompletableFuture<Void>> relaunch;

	/**
	 * A store.
	 * @param relaunch sends a task to its queue
	 */
	AmqpDeadLetters(Amqp amqp, Journal journal, Function<Disposal.Relaunch, CompletableFuture<Void>> relaunch) {
		this.amqp = amqp;
		this.journal = journal;
		this.relaunch = relaunch;
	}

	@Override
	public CompletableFuture<Void> visit(Visitor visitor) {
		String lock = this.amqp.names().deadLettersLock();
		CompletableFuture<Void> visited = new CompletableFuture<>();
		this.amqp.prepare((connection) -> {
			this.amqp.declarations().deadLetters(connection);
			this.amqp.declarations().lock(connection, lock);
		})
			.thenCompose((nothing) -> this.amqp.consuming()
				.call((connection) -> new Channel[] { Link.channel(connection), Link.channel(connection) }))
			.whenComplete((channels, failure) -> {
				if (failure != null) {
					visited.completeExceptionally(Failures.unwrapped(failure));
					return;
				}
				Thread thread = new Thread(() -> visit(channels, visitor, visited), "kiwi-amqp-dead-letters");
				thread.setDaemon(true);
				thread.start();
			});
		return visited;
	}

	private void visit(Channel[] channels, Visitor visitor, CompletableFuture<Void> visited) {
		Channel locking = channels[0];
		Channel letters = channels[1];
		try {
			locking = lock(locking);
			dispose(letters, visitor);
			letters.close();
			visited.complete(null);
		}
		catch (Throwable ex) {
			visited.completeExceptionally((ex instanceof KiwiException) ? ex
					: new DeliveryFailedException("The dead letters could not be visited: " + ex, ex));
		}
		finally {
			Link.closeQuietly(letters);
			Link.closeQuietly(locking);
		}
	}

	private Channel lock(Channel first) throws IOException {
		Channel channel = first;
		long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
		while (true) {
			try {
				channel.basicConsume(this.amqp.names().deadLettersLock(), true, "", false, true, null,
						new DefaultConsumer(channel));
				return channel;
			}
			catch (IOException ex) {
				if (!Refusals.isHeldExclusively(ex)) {
					throw ex;
				}
				if (System.nanoTime() - deadline > 0) {
					throw new DeliveryFailedException("Another process has been disposing of dead letters for "
							+ LOCK_PATIENCE + "; try again once it is done", ex);
				}
				LockSupport.parkNanos(LOCK_RETRY.toNanos());
				channel = Link.channel(channel.getConnection());
			}
		}
	}

	private void dispose(Channel channel, Visitor visitor) throws Exception {
		String queue = this.amqp.names().deadLetters();
		if (channel.messageCount(queue) == 0) {
			// asked for a message, an empty quorum queue this fresh may cost the
			// connection
			long fresh = System.nanoTime() + this.amqp.declarations().untrustedNanos();
			while (fresh - System.nanoTime() > 0) {
				LockSupport.parkNanos(fresh - System.nanoTime());
			}
		}
		Set<String> relaunched = new HashSet<>();
		List<CompletableFuture<Void>> relaunches = new ArrayList<>();
		for (GetResponse letter = channel.basicGet(queue, false); letter != null; letter = channel.basicGet(queue,
				false)) {
			long tag = letter.getEnvelope().getDeliveryTag();
			Envelope envelope = this.amqp.mapping().letter(letter.getProps(), letter.getBody());
			if (relaunched.contains(envelope.id())) {
				// it is back already: what is buried meanwhile is for the next visit
				break;
			}
			Disposal disposal = visitor.visit(envelope);
			if (disposal instanceof Disposal.Discard) {
				channel.basicAck(tag, false);
			}
			else if (disposal instanceof Disposal.Relaunch again) {
				relaunched.add(envelope.id());
				relaunches.add(relaunch(again).thenAccept((sent) -> acknowledge(channel, tag)));
			}
		}
		CompletableFuture.allOf(relaunches.toArray(CompletableFuture[]::new))
			.get(this.amqp.settings().sendTimeout().toMillis(), TimeUnit.MILLISECONDS);
		giveBack(channel);
	}

	/** What is kept is there again when this returns, for whoever comes next. */
	private static void giveBack(Channel channel) throws IOException {
		// 0 means all that is out
		channel.basicNack(0, true, true);
		channel.basicQos(1);
	}

	private CompletableFuture<Void> relaunch(Disposal.Relaunch again) {
		int launch = again.task().count(Headers.LAUNCH, 0);
		return this.journal.write(Journal.Entry.RELAUNCHED, again.task().id(), launch)
			.thenCompose((nothing) -> this.relaunch.apply(again));
	}

	private static void acknowledge(Channel channel, long tag) {
		try {
			channel.basicAck(tag, false);
		}
		catch (IOException ex) {
			throw new DeliveryFailedException("A relaunched letter could not be taken away, and stays", ex);
		}
	}

}

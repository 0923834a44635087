package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;

/**
 * What the tasks of one queue publish before they are settled.
 *
 * @param delays the ways of what is to wait
 * @param ladder the same on the broker
 * @param queue the queue's name on the broker
 */
record TaskPublishing(Amqp amqp, DelayLadder delays, Prepared ladder, String queue) {

	/** Before the outcome a report is of use only soon, and not worth a disk. */
	private static final String REPORT_MILLIS = "60000";

	CompletableFuture<Void> reply(Envelope task, Reply reply) {
		WireMessage message = this.amqp.mapping().taskReply(task, reply);
		if (message == null) {
			return CompletableFuture.completedFuture(null);
		}
		BasicProperties properties = message.properties();
		if (!reply.kind().isFinal()) {
			properties = properties.builder().expiration(REPORT_MILLIS).build();
		}
		String address = this.amqp.names().replyQueue(Objects.requireNonNull(task.replyTo()));
		return this.amqp.publisher()
			.publish(Publication.OUTCOME, "", address, new WireMessage(properties, message.body()));
	}

	CompletableFuture<Void> retry(Envelope task, Duration after) {
		long due = System.nanoTime() + after.toNanos();
		WireMessage message = this.amqp.mapping().task(task, null);
		CompletableFuture<Void> prepared = after.isZero() ? CompletableFuture.completedFuture(null) : this.ladder.get();
		return prepared.thenCompose((nothing) -> {
			DelayLadder.Route route = this.delays.routeUntil(this.queue, due);
			return this.amqp
				.trusted(this.amqp.publisher().publish(Publication.OUTCOME, route.exchange(), route.key(), message));
		});
	}

	CompletableFuture<Void> bury(Envelope task) {
		String expiration = Long.toString(this.amqp.settings().deadLetterTimeToLive().toMillis());
		WireMessage message = this.amqp.mapping().task(task, expiration);
		return this.amqp
			.trusted(this.amqp.publisher().publish(Publication.OUTCOME, "", this.amqp.names().deadLetters(), message));
	}

}

package dev.kiwi.amqp;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;

/**
 * What the settling of one queue's tasks publishes.
 */
interface TaskPublishing {

	CompletableFuture<Void> reply(Envelope task, Reply reply);

	CompletableFuture<Void> retry(Envelope task, Duration after);

	CompletableFuture<Void> bury(Envelope task);

}

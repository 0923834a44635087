package dev.kiwi.transport;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.Subscription;

/**
 * Carries work from a sender to one of many workers and keeps it until it is settled.
 */
public interface TaskTransport {

	/**
	 * Sends a task, creating the queue where it does not exist. May wait for room in the
	 * window of unconfirmed messages, never longer than the send time-out.
	 * @param queue the queue, valid by the engine's rules
	 * @param task the task
	 * @param delay how long no worker may get it, zero for at once; rounded up to what
	 * the transport can keep
	 * @return completes when the task is durable; fails with
	 * {@link dev.kiwi.DeliveryFailedException}
	 */
	CompletableFuture<Void> send(String queue, Envelope task, Duration delay);

	/**
	 * Consumes a queue, creating it where it does not exist.
	 * @param queue the queue
	 * @param guarantee what becomes of a task whose worker is gone
	 * @param prefetch how many unsettled deliveries may be out at once, at least 1
	 * @param listener takes each delivery, without blocking or throwing
	 * @return the consumption: after {@code close()} the listener gets nothing more, what
	 * it holds can still be settled; {@code ended()} completes when all of it is
	 */
	Subscription consume(String queue, DeliveryGuarantee guarantee, int prefetch, Consumer<TaskDelivery> listener);

	/**
	 * Takes one task.
	 * @param queue the queue, created where it does not exist
	 * @param timeout how long to wait for one; zero looks once
	 * @return completes with the delivery, or empty after the time-out; fails with
	 * {@link dev.kiwi.ConnectionLostException}
	 */
	CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout);

	/**
	 * Asks for a task to be cancelled: whoever holds it, or gets it before it is
	 * relaunched, is {@linkplain TaskDelivery#onCancelled told}.
	 * @param id the task's id
	 * @return completes when the request is durable, with what is known of it; fails with
	 * {@link dev.kiwi.DeliveryFailedException}
	 */
	CompletableFuture<CancelOutcome> cancel(String id);

	/**
	 * What has been buried.
	 * @return the same instance each time
	 */
	DeadLetterStore deadLetters();

	/**
	 * Something that not every transport can promise.
	 * @param <C> the capability
	 * @param type {@link FencingTokens}, {@link KeptResults}, {@link QueueDepths},
	 * {@link SingleCopy}, {@link TaskEvents}, {@link TaskStates},
	 * {@link TransactionalCompletion} or {@link UniqueKeys}
	 * @return the capability, or empty where this transport does not have it
	 */
	<C> Optional<C> capability(Class<C> type);

}

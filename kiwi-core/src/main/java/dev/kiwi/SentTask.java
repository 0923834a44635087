package dev.kiwi;

import java.util.concurrent.CompletableFuture;

/**
 * A task on its way.
 */
public interface SentTask {

	/**
	 * The task's id, unique over all senders. For one sent with a
	 * {@linkplain Task#withKey key} it is known when {@link #accepted()} completes: it
	 * may be that of a task sent before.
	 * @return the id
	 */
	String id();

	/**
	 * Completes when the task is durably taken: on RabbitMQ the publisher confirm, on a
	 * database the commit. Fails with {@link DeliveryFailedException}
	 * ({@link SendTimeoutException}, {@link ConnectionLostException},
	 * {@link UnroutableException}) when that is not known to have happened. Cancelling
	 * the future does not take the task back.
	 * @return the future, completed on kiwi's executor or on a thread that waits for it
	 */
	CompletableFuture<Void> accepted();

}

package dev.kiwi.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The capability to keep a second task out while one of its key waits or runs.
 */
public interface UniqueKeys {

	/**
	 * Sends a task unless one of the same key is there.
	 * @param queue the queue; keys of different queues do not meet
	 * @param key the key
	 * @param task the task
	 * @param delay how long no worker may get it
	 * @return completes with the id of the task that stands for the key, when that is
	 * durable; fails with {@link dev.kiwi.DeliveryFailedException}
	 */
	CompletableFuture<String> sendUnique(String queue, String key, Envelope task, Duration delay);

}

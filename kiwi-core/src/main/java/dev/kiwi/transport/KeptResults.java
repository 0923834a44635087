package dev.kiwi.transport;

import java.util.concurrent.CompletableFuture;

/**
 * The capability to tell the outcome of a task to others than its sender.
 */
public interface KeptResults {

	/**
	 * From now on what there is to tell of a task comes to this instance's
	 * {@link TransportListener#taskReply}, what is kept of it at once.
	 * @param id the task's id
	 * @return completes when that holds; fails with {@link dev.kiwi.KiwiException} where
	 * nothing is kept of such a task
	 */
	CompletableFuture<Void> follow(String id);

}

package dev.kiwi.transport;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The capability to count what is in queues.
 */
public interface QueueDepths {

	/**
	 * Counts.
	 * @param queues the queues that are asked for
	 * @return completes with what is in them, but for those that a server would need to
	 * have and has not; also in others where the transport knows them
	 */
	CompletableFuture<Map<String, Depth>> depths(Collection<String> queues);

	/**
	 * What is in a queue.
	 *
	 * @param ready how many tasks wait for a worker
	 * @param delayed how many wait for their time, or null where that is not known
	 * @param consumers how many consumers it has, or null where that is not known
	 * @param oldest since when the oldest one that is ready waits, or null where none
	 * does or that is not known
	 */
	record Depth(long ready, @Nullable Long delayed, @Nullable Integer consumers, @Nullable Instant oldest) {
	}

}

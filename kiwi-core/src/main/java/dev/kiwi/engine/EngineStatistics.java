package dev.kiwi.engine;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import dev.kiwi.transport.QueueDepths.Depth;

/**
 * Tells how busy a communicator is. The one that {@link KiwiCommunicatorBuilder} builds
 * implements it. Thread-safe.
 */
public interface EngineStatistics {

	/**
	 * How busy it is now.
	 * @return a snapshot; its numbers were read one after the other
	 */
	EngineSnapshot snapshot();

	/**
	 * What is in queues, by the server. Asks it each time.
	 * @param queues the queues that are asked for
	 * @return what it tells of these, and perhaps of others; empty where the transport
	 * does not count
	 */
	CompletionStage<Map<String, Depth>> depths(Collection<String> queues);

}

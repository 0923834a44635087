package dev.kiwi.engine;

/**
 * Tells how busy a communicator is. The one that {@link KiwiCommunicatorBuilder} builds
 * implements it. Thread-safe.
 */
@FunctionalInterface
public interface EngineStatistics {

	/**
	 * How busy it is now.
	 * @return a snapshot; its numbers were read one after the other
	 */
	EngineSnapshot snapshot();

}

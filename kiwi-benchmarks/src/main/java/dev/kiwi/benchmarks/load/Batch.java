package dev.kiwi.benchmarks.load;

/**
 * Work whose pieces are counted.
 */
@FunctionalInterface
public interface Batch extends AutoCloseable {

	/**
	 * Makes ready for so many pieces, outside the measured time.
	 * @param pieces how many
	 * @throws Exception if that fails
	 */
	default void prepare(int pieces) throws Exception {
	}

	/**
	 * Does so many pieces of work.
	 * @param pieces how many
	 * @throws Exception if one of them fails
	 */
	void run(int pieces) throws Exception;

	/**
	 * Comes to rest, outside the measured time: others have their turn now.
	 * @throws Exception if that fails
	 */
	default void finish() throws Exception {
	}

	@Override
	default void close() throws Exception {
	}

}

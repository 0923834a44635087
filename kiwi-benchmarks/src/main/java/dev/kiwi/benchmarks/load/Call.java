package dev.kiwi.benchmarks.load;

import java.util.concurrent.CompletableFuture;

/**
 * Something that is asked for, and done later: a send that is accepted, a task or a call
 * that is answered.
 */
@FunctionalInterface
public interface Call extends AutoCloseable {

	/**
	 * Asks for it once.
	 * @return completes when it is done
	 * @throws Exception if it cannot even be begun
	 */
	CompletableFuture<?> begin() throws Exception;

	@Override
	default void close() throws Exception {
	}

}

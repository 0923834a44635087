package dev.kiwi.benchmarks.harness;

import java.time.Duration;

/**
 * Somebody who does the work of a scenario. Stays open, idle, while the others have their
 * turn.
 */
@FunctionalInterface
public interface Contender extends AutoCloseable {

	/**
	 * One round.
	 * @param length about how long it is to take
	 * @return the figure, in the scenario's unit
	 * @throws Exception if the work fails: its figure would be worth nothing
	 */
	double measure(Duration length) throws Exception;

	@Override
	default void close() throws Exception {
	}

	/**
	 * Prepares a contender.
	 */
	@FunctionalInterface
	interface Opener {

		/**
		 * Opens it.
		 * @return the contender, for the caller to close
		 * @throws UnavailableException if it cannot be had on this machine
		 * @throws Exception if it should be there and is not
		 */
		Contender open() throws Exception;

	}

}

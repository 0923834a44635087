package dev.kiwi.boot.autoconfigure;

import dev.kiwi.engine.KiwiCommunicatorBuilder;

/**
 * Changes the auto-configured communicator before it is built. Beans of this type are
 * called in their order, after everything that properties say.
 */
@FunctionalInterface
public interface KiwiCustomizer {

	/**
	 * Changes the communicator.
	 * @param builder builds it
	 */
	void customize(KiwiCommunicatorBuilder builder);

}

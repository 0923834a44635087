package dev.kiwi.transport;

import java.util.concurrent.CompletableFuture;

/**
 * Where buried tasks are.
 */
public interface DeadLetterStore {

	/**
	 * Shows each letter, oldest first, and does with it what the visitor says. Nobody
	 * else disposes of the letters meanwhile.
	 * @param visitor called for one letter after the other, not on the caller's thread
	 * @return completes when all is done; fails with
	 * {@link dev.kiwi.DeliveryFailedException}, or with what the visitor threw
	 */
	CompletableFuture<Void> visit(Visitor visitor);

	/**
	 * Decides over letters.
	 */
	@FunctionalInterface
	interface Visitor {

		/**
		 * Decides over one letter.
		 * @param letter the letter
		 * @return what becomes of it
		 */
		Disposal visit(Envelope letter);

	}

	/**
	 * What becomes of a letter.
	 */
	sealed interface Disposal {

		/**
		 * It stays.
		 */
		record Keep() implements Disposal {
		}

		/**
		 * It is thrown away.
		 */
		record Discard() implements Disposal {
		}

		/**
		 * It is sent again. The new {@linkplain Headers#LAUNCH launch} is remembered
		 * first: a cancellation of a former one does not count for it.
		 *
		 * @param queue where to
		 * @param task the task, with its new launch
		 */
		record Relaunch(String queue, Envelope task) implements Disposal {
		}

	}

}

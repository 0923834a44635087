package dev.kiwi.jdbc;

import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Verdict;

/**
 * What a holder writes of its task.
 */
sealed interface Settlement {

	/** The task. */
	Held held();

	/**
	 * It is begun: a death from now on counts.
	 */
	record Begin(Held held) implements Settlement {
	}

	/**
	 * Its sender is told something before the end.
	 */
	record Report(Held held, Reply reply) implements Settlement {
	}

	/**
	 * It is over, or goes on elsewhere.
	 *
	 * @param begun whether a handler had it
	 */
	record Settle(Held held, Verdict verdict, boolean begun) implements Settlement {
	}

	/**
	 * Whoever holds it dies.
	 *
	 * @param begun whether a handler had it
	 */
	record Abandon(Held held, boolean begun) implements Settlement {
	}

}

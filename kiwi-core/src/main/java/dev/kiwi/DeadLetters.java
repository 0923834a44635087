package dev.kiwi;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The tasks that are kept aside: failed at their last attempt, unreadable, rejected by
 * all, poisonous or lost. They are kept for {@code kiwi.tasks.dead-letters.time-to-live}.
 * <p>
 * Each method waits for the transport, at most a minute, and throws
 * {@link DeliveryFailedException} where it cannot be asked. What is relaunched is sent
 * before it is taken away: a crash in between leaves both.
 */
public interface DeadLetters {

	/**
	 * Lists.
	 * @param filter which
	 * @return the letters that pass, oldest first
	 */
	List<DeadLetter> list(Predicate<DeadLetter> filter);

	/**
	 * Lists all.
	 * @return the letters, oldest first
	 */
	default List<DeadLetter> list() {
		return list((letter) -> true);
	}

	/**
	 * Shows one.
	 * @param id the task's id
	 * @return the letter, or empty where there is none
	 */
	default Optional<DeadLetter> find(String id) {
		return list((letter) -> letter.id().equals(id)).stream().findFirst();
	}

	/**
	 * Sends tasks to their queues again, under their ids, with all their attempts before
	 * them. The result goes to the address of the first sender, whose handle has failed
	 * by then unless the broker itself put the task aside.
	 * @param filter which
	 * @return how many
	 */
	int relaunch(Predicate<DeadLetter> filter);

	/**
	 * Sends a task to its queue again.
	 * @param id the task's id
	 * @return whether there was such a letter
	 */
	default boolean relaunch(String id) {
		return relaunch((letter) -> letter.id().equals(id)) > 0;
	}

	/**
	 * Throws letters away.
	 * @param filter which
	 * @return how many
	 */
	int discard(Predicate<DeadLetter> filter);

	/**
	 * Throws a letter away.
	 * @param id the task's id
	 * @return whether there was such a letter
	 */
	default boolean discard(String id) {
		return discard((letter) -> letter.id().equals(id)) > 0;
	}

}

package dev.kiwi;

/**
 * What a sender hears of its task before the result.
 */
public sealed interface TaskUpdate {

	/**
	 * The handler returned a stage that is not complete yet; its outcome follows.
	 */
	record Pending() implements TaskUpdate {
	}

}

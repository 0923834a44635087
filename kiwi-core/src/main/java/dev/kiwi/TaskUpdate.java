package dev.kiwi;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a sender hears of its task before the result. Apart from the result none of it is
 * certain to arrive.
 */
public sealed interface TaskUpdate {

	/**
	 * The handler returned a stage that is not complete yet; its outcome follows.
	 */
	record Pending() implements TaskUpdate {
	}

	/**
	 * An attempt failed, and another one follows.
	 *
	 * @param attempt the attempt that failed, 1 for the first
	 * @param reason what happened
	 * @param after how long the task waits for its next attempt
	 */
	record Retrying(int attempt, String reason, Duration after) implements TaskUpdate {
	}

	/**
	 * How far the handler is. Only the latest is told where it says so very often.
	 *
	 * @param fraction 0 to 1
	 * @param message what it does, or null
	 */
	record Progress(double fraction, @Nullable String message) implements TaskUpdate {
	}

	/**
	 * What the handler logged since the last time.
	 *
	 * @param lines the lines, oldest first
	 */
	record Log(List<String> lines) implements TaskUpdate {

		public Log {
			lines = List.copyOf(lines);
		}

	}

	/**
	 * A result so far. Only the latest is told where they come very often.
	 */
	non-sealed interface Partial extends TaskUpdate {

		/**
		 * Reads it.
		 * @param <T> its type
		 * @param type what it is read as
		 * @return the value
		 * @throws PayloadException if it cannot be read as that
		 */
		<T> @Nullable T value(TypeRef<T> type);

		/**
		 * Reads it.
		 * @param <T> its type
		 * @param type what it is read as
		 * @return the value
		 * @throws PayloadException if it cannot be read as that
		 */
		default <T> @Nullable T value(Class<T> type) {
			return value(TypeRef.of(type));
		}

	}

}

package dev.kiwi;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler that knows whether, or when, another attempt is of use. Any other
 * exception is retried as the queue's settings say ({@code kiwi.tasks.retry.*}).
 */
public class TaskFailedException extends KiwiException {

	private final @Nullable Duration retryAfter;

	private TaskFailedException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
		super(message, cause);
		this.retryAfter = retryAfter;
	}

	/**
	 * A failure that no further attempt would mend.
	 * @param message what happened
	 * @param cause its cause, or null
	 * @return the exception, to be thrown
	 */
	public static TaskFailedException forGood(String message, @Nullable Throwable cause) {
		return new TaskFailedException(message, cause, null);
	}

	/**
	 * A failure that may be over after a while. The number of attempts stays bounded by
	 * {@code max-attempts}.
	 * @param delay how long to wait for the next attempt, up to
	 * {@link TaskOptions#MAX_DELAY}
	 * @param message what happened
	 * @param cause its cause, or null
	 * @return the exception, to be thrown
	 */
	public static TaskFailedException retryAfter(Duration delay, String message, @Nullable Throwable cause) {
		TaskOptions.requireDelay(delay);
		return new TaskFailedException(message, cause, delay);
	}

	/**
	 * When another attempt is of use.
	 * @return how long to wait, or null for never
	 */
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

}

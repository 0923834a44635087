package dev.kiwi.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How operators see this process, and how long it waits for others on their behalf.
 *
 * @param application the application's name, or null where it has none
 * @param answerTimeout how long workers have to answer a question
 * @param viewedTasks of how many tasks the events are remembered in this process once it
 * is asked for tasks, where the transport keeps events: some 1 KB each
 */
public record AdminSettings(@Nullable String application, Duration answerTimeout, int viewedTasks) {

	public AdminSettings {
		if (answerTimeout.isNegative() || answerTimeout.isZero()) {
			throw new IllegalArgumentException("admin.answer-timeout must be more than 0, not " + answerTimeout);
		}
		if (viewedTasks < 1) {
			throw new IllegalArgumentException("admin.task-events.max-tasks must be at least 1, not " + viewedTasks);
		}
	}

	/**
	 * No application, 1 s, 100,000 tasks.
	 * @return the defaults
	 */
	public static AdminSettings defaults() {
		return new AdminSettings(null, Duration.ofSeconds(1), 100_000);
	}

	/**
	 * These settings with a name.
	 * @param application the application's name, or null where it has none
	 * @return the settings
	 */
	public AdminSettings withApplication(@Nullable String application) {
		return new AdminSettings(application, this.answerTimeout, this.viewedTasks);
	}

	/**
	 * These settings with another time-out.
	 * @param answerTimeout how long workers have to answer
	 * @return the settings
	 */
	public AdminSettings withAnswerTimeout(Duration answerTimeout) {
		return new AdminSettings(this.application, answerTimeout, this.viewedTasks);
	}

	/**
	 * These settings with another bound.
	 * @param viewedTasks of how many tasks the events are remembered
	 * @return the settings
	 */
	public AdminSettings withViewedTasks(int viewedTasks) {
		return new AdminSettings(this.application, this.answerTimeout, viewedTasks);
	}

}

package dev.kiwi.engine;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How operators see this process, and how long it waits for others on their behalf.
 *
 * @param application the application's name, or null where it has none
 * @param answerTimeout how long workers have to answer a question
 */
public record AdminSettings(@Nullable String application, Duration answerTimeout) {

	public AdminSettings {
		if (answerTimeout.isNegative() || answerTimeout.isZero()) {
			throw new IllegalArgumentException("admin.answer-timeout must be more than 0, not " + answerTimeout);
		}
	}

	/**
	 * No application, 1 s.
	 * @return the defaults
	 */
	public static AdminSettings defaults() {
		return new AdminSettings(null, Duration.ofSeconds(1));
	}

	/**
	 * These settings with a name.
	 * @param application the application's name, or null where it has none
	 * @return the settings
	 */
	public AdminSettings withApplication(@Nullable String application) {
		return new AdminSettings(application, this.answerTimeout);
	}

	/**
	 * These settings with another time-out.
	 * @param answerTimeout how long workers have to answer
	 * @return the settings
	 */
	public AdminSettings withAnswerTimeout(Duration answerTimeout) {
		return new AdminSettings(this.application, answerTimeout);
	}

}

package dev.kiwi;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A task that is kept aside.
 */
public interface DeadLetter {

	/**
	 * The task's id.
	 * @return the id
	 */
	String id();

	/**
	 * The queue that it was sent to.
	 * @return the queue
	 */
	String queue();

	/**
	 * Why it is kept: the failure of its last attempt, or what made it fail.
	 * @return the reason
	 */
	String reason();

	/**
	 * The class of the failure.
	 * @return a class name, or null where the broker itself kept the task
	 */
	@Nullable String errorType();

	/**
	 * The stack trace of the failure, shortened.
	 * @return the text, or null where there is none
	 */
	@Nullable String stackTrace();

	/**
	 * How many attempts have failed since it was launched.
	 * @return 0 where none was begun
	 */
	int attempts();

	/**
	 * How often it was launched anew before.
	 * @return 0 for never
	 */
	int launch();

	/**
	 * When it was sent, by its sender's clock; RabbitMQ keeps it to the second.
	 * @return the time, or null where that is not known
	 */
	@Nullable Instant sentAt();

	/**
	 * When it was put aside, by its worker's clock.
	 * @return the time, or null where the broker itself kept the task
	 */
	@Nullable Instant buriedAt();

	/**
	 * The sender's headers.
	 * @return an unmodifiable map
	 */
	Map<String, String> headers();

	/**
	 * The payload as it was sent.
	 * @return a copy
	 */
	byte[] body();

	/**
	 * Reads the payload.
	 * @param <T> the payload's type
	 * @param type what it is read as
	 * @return the payload; null where null was sent
	 * @throws PayloadException if it cannot be read as that
	 */
	<T> @Nullable T payload(TypeRef<T> type);

	/**
	 * Reads the payload.
	 * @param <T> the payload's type
	 * @param type what it is read as
	 * @return the payload; null where null was sent
	 * @throws PayloadException if it cannot be read as that
	 */
	default <T> @Nullable T payload(Class<T> type) {
		return payload(TypeRef.of(type));
	}

}

package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * Hears broadcasts.
 *
 * @param <T> the body's type
 */
@FunctionalInterface
public interface BroadcastHandler<T extends @Nullable Object> {

	/**
	 * Hears one broadcast.
	 * @param body the body; null where null was sent. Shared with the other subscribers
	 * of this process only where its declared type cannot be changed, such as a record of
	 * texts and numbers
	 * @param broadcast its subject, sender and headers
	 * @throws Exception is logged
	 */
	void handle(T body, BroadcastContext broadcast) throws Exception;

}

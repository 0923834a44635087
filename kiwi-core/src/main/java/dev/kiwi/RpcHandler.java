package dev.kiwi;

import org.jspecify.annotations.Nullable;

/**
 * Answers calls.
 *
 * @param <T> the message's type
 */
@FunctionalInterface
public interface RpcHandler<T extends @Nullable Object> {

	/**
	 * Answers one call.
	 * @param message the message; null where null was sent
	 * @param context the call's id, identifier and headers
	 * @return the answer; a {@link java.util.concurrent.CompletionStage} is answered by
	 * <em>pending</em>, which stops the caller's clock, and by its outcome later
	 * @throws Exception to fail the call; the caller sees a {@link RemoteException}
	 */
	@Nullable Object handle(T message, RpcContext context) throws Exception;

}

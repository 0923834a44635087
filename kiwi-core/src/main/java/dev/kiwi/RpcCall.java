package dev.kiwi;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A call to make.
 *
 * @param identifier who is called
 * @param message the message, or null
 * @param timeout how long to wait for the first answer, or null for the default
 * ({@code kiwi.rpc.timeout}); a callee that takes longer than this to begin is not begun
 * @param headers passed along unchanged; names must not start with {@code kiwi-}
 */
public record RpcCall(String identifier, @Nullable Object message, @Nullable Duration timeout,
		Map<String, String> headers) {

	public RpcCall {
		headers = Map.copyOf(headers);
		if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
			throw new IllegalArgumentException(
					"The time-out of the call to '" + identifier + "' must be positive, not " + timeout);
		}
	}

	/**
	 * A call with the default time-out.
	 * @param identifier who is called
	 * @param message the message, or null
	 * @return the call
	 */
	public static RpcCall of(String identifier, @Nullable Object message) {
		return new RpcCall(identifier, message, null, Map.of());
	}

	/**
	 * This call with a time-out of its own.
	 * @param timeout how long to wait for the first answer
	 * @return the call
	 */
	public RpcCall withTimeout(Duration timeout) {
		return new RpcCall(this.identifier, this.message, timeout, this.headers);
	}

	/**
	 * This call with one more header.
	 * @param name the header's name
	 * @param value its value
	 * @return the call
	 */
	public RpcCall withHeader(String name, String value) {
		Map<String, String> extended = new TreeMap<>(this.headers);
		extended.put(name, value);
		return new RpcCall(this.identifier, this.message, this.timeout, extended);
	}

}

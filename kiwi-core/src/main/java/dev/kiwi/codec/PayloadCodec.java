package dev.kiwi.codec;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * Writes payloads and reads them as the type that the receiver declared; what the bytes
 * say never chooses a type. Thread-safe.
 */
public interface PayloadCodec {

	/**
	 * What this codec writes, such as {@code application/json}; a message with another
	 * content type is not given to it.
	 * @return the content type
	 */
	String contentType();

	/**
	 * Writes a payload.
	 * @param payload the payload, or null
	 * @return the bytes
	 * @throws dev.kiwi.PayloadException if it cannot be written
	 */
	byte[] encode(@Nullable Object payload);

	/**
	 * Reads a payload.
	 * @param body the bytes
	 * @param type the declared type
	 * @return the payload; null where null was written
	 * @throws dev.kiwi.PayloadException if the bytes are no such value
	 */
	@Nullable Object decode(byte[] body, Type type);

}

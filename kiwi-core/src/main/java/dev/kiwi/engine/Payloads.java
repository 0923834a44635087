package dev.kiwi.engine;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.kiwi.PayloadException;
import dev.kiwi.codec.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Payloads to bounded bytes and back, by the codec that the content type names.
 */
final class Payloads {

	private final PayloadCodec writer;

	private final Map<String, PayloadCodec> readers = new LinkedHashMap<>();

	private final int maxBytes;

	Payloads(List<PayloadCodec> codecs, int maxBytes) {
		this.writer = codecs.get(0);
		codecs.forEach((codec) -> this.readers.putIfAbsent(codec.contentType(), codec));
		this.maxBytes = maxBytes;
	}

	String contentType() {
		return this.writer.contentType();
	}

	byte[] encode(@Nullable Object payload, Object what) {
		byte[] body = this.writer.encode(payload);
		checkSize(body, what);
		return body;
	}

	/** How what answers a message is written: as that message, where it can be. */
	String contentTypeFor(@Nullable String asked) {
		PayloadCodec codec = codec(asked);
		return ((codec != null) ? codec : this.writer).contentType();
	}

	byte[] encode(@Nullable Object payload, String contentType, Object what) {
		PayloadCodec codec = this.readers.getOrDefault(contentType, this.writer);
		byte[] body = codec.encode(payload);
		checkSize(body, what);
		return body;
	}

	/** Whether what is written so can be read. */
	boolean isKnown(String contentType) {
		return codec(contentType) != null;
	}

	private @Nullable PayloadCodec codec(@Nullable String contentType) {
		return this.readers.get((contentType != null) ? withoutParameters(contentType) : "");
	}

	/**
	 * Reads a body.
	 * @param body the bytes
	 * @param contentType how they are written
	 * @param type the declared type
	 * @param what names the message in errors, as text
	 * @return the payload
	 * @throws PayloadException naming the message and what is wrong
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // the declared type says whether null
													// may come
	<T extends @Nullable Object> T decode(byte[] body, @Nullable String contentType, Type type, Object what) {
		checkSize(body, what);
		PayloadCodec codec = codec(contentType);
		if (codec == null) {
			throw new PayloadException(what + " has content type '" + contentType + "', known are "
					+ this.readers.keySet() + "; send one of these or add a PayloadCodec for it");
		}
		try {
			return (T) codec.decode(body, type);
		}
		catch (RuntimeException | StackOverflowError ex) {
			throw new PayloadException(what + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	private void checkSize(byte[] body, Object what) {
		if (body.length > this.maxBytes) {
			throw new PayloadException(what + " has " + body.length + " bytes, more than the " + this.maxBytes
					+ " allowed; send a reference to the data instead, or raise kiwi.max-payload on both sides");
		}
	}

	private static String withoutParameters(String contentType) {
		int semicolon = contentType.indexOf(';');
		return (semicolon < 0) ? contentType : contentType.substring(0, semicolon).trim();
	}

}

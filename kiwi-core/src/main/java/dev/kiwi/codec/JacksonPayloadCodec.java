package dev.kiwi.codec;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.kiwi.PayloadException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON by Jackson 3. Nesting and lengths are bounded by the mapper's
 * {@code StreamReadConstraints} (nesting 500 by default).
 */
public final class JacksonPayloadCodec implements PayloadCodec {

	private final JsonMapper mapper;

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * A codec with Jackson's defaults.
	 */
	public JacksonPayloadCodec() {
		this(JsonMapper.shared());
	}

	/**
	 * A codec with a mapper of the user's.
	 * @param mapper the mapper; polymorphic typing is its owner's to answer for
	 */
	public JacksonPayloadCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public String contentType() {
		return "application/json";
	}

	@Override
	public byte[] encode(@Nullable Object payload) {
		try {
			return this.mapper.writeValueAsBytes(payload);
		}
		catch (JacksonException ex) {
			throw new PayloadException("A payload of " + ((payload != null) ? payload.getClass().getName() : "null")
					+ " cannot be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	@Override
	public @Nullable Object decode(byte[] body, Type type) {
		try {
			return this.readers.computeIfAbsent(type, this::reader).readValue(body);
		}
		catch (JacksonException ex) {
			throw new PayloadException(
					"The body is no JSON that can be read as " + type.getTypeName() + ": " + ex.getOriginalMessage(),
					ex);
		}
	}

	private ObjectReader reader(Type type) {
		return this.mapper.readerFor(this.mapper.constructType(type));
	}

}

package dev.kiwi.amqp.kiwipy;

import java.lang.reflect.Type;

import dev.kiwi.PayloadException;
import dev.kiwi.codec.PayloadCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * YAML 1.1 as PyYAML's default dumper and loader exchange it. Python's values arrive as
 * {@code null}, {@link Boolean}, {@link Integer}, {@link Long} or
 * {@link java.math.BigInteger}, {@link Double}, {@link String}, {@code byte[]},
 * {@link java.time.LocalDate}, {@link java.time.LocalDateTime} or with a time zone
 * {@link java.time.OffsetDateTime}, {@link java.util.List}, {@link Tuple},
 * {@link java.util.Set} and {@link java.util.Map}, and by way of Jackson as the record or
 * bean that was declared.
 * <p>
 * No tag chooses any other type. Documents of more than a million nodes, aliases that add
 * up to more, and more than 200 levels are refused.
 */
public final class YamlPayloadCodec implements PayloadCodec {

	/**
	 * What it writes and reads.
	 */
	public static final String CONTENT_TYPE = "application/yaml";

	private final PythonBeans beans;

	/**
	 * A codec with Jackson's defaults.
	 */
	public YamlPayloadCodec() {
		this(JsonMapper.shared());
	}

	/**
	 * A codec with a mapper of the user's.
	 * @param mapper maps records and beans; polymorphic typing is its owner's to answer
	 * for
	 */
	public YamlPayloadCodec(JsonMapper mapper) {
		this.beans = new PythonBeans(mapper);
	}

	@Override
	public String contentType() {
		return CONTENT_TYPE;
	}

	@Override
	public byte[] encode(@Nullable Object payload) {
		try {
			return PythonYaml.write(new PythonNodes(this.beans::plain).node(payload));
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new PayloadException("A payload of " + ((payload != null) ? payload.getClass().getName() : "null")
					+ " cannot be written as YAML: " + ex.getMessage(), ex);
		}
	}

	@Override
	public @Nullable Object decode(byte[] body, Type type) {
		Object value = PythonValues.of(PythonYaml.parse(body));
		try {
			return this.beans.bind(value, type);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new PayloadException("The YAML cannot be read as " + type.getTypeName() + ": " + ex.getMessage(), ex);
		}
	}

}

package dev.kiwi.amqp.kiwipy;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Records and beans as plain values and back, by Jackson. What JSON does not have, such
 * as dates, sets and keys that are no text, goes through Jackson's buffer as it is.
 */
final class PythonBeans {

	/** Jackson wants one though a list is never a text here. */
	private static final KeyDeserializer NO_TEXT = new KeyDeserializer() {

		@Override
		public Object deserializeKey(String key, DeserializationContext context) {
			throw new IllegalArgumentException("The key '" + key + "' is no list");
		}

	};

	private final JsonMapper mapper;

	PythonBeans(JsonMapper mapper) {
		SimpleModule module = new SimpleModule("kiwi-python");
		for (Class<?> type : List.of(LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class,
				Instant.class, Set.class, Tuple.class, Map.class)) {
			embed(module, type);
		}
		module.addKeyDeserializer(List.class, NO_TEXT);
		module.addKeyDeserializer(Tuple.class, NO_TEXT);
		module.setDeserializerModifier(new EmbeddedValues());
		this.mapper = mapper.rebuild().addModule(module).build();
	}

	private static <T> void embed(SimpleModule module, Class<T> type) {
		module.addSerializer(type, new ValueSerializer<T>() {

			@Override
			public void serialize(T value, JsonGenerator generator, SerializationContext context) {
				generator.writeEmbeddedObject(value);
			}

		});
	}

	/** A map, a list, or a scalar, with whatever was in it. */
	@Nullable Object plain(@Nullable Object bean) {
		return this.mapper.convertValue(bean, Object.class);
	}

	/** A plain value as the type that was declared. */
	@Nullable Object bind(@Nullable Object value, Type type) {
		JavaType target = this.mapper.constructType(type);
		if (target.isJavaLangObject() || (value instanceof Temporal && target.hasRawClass(value.getClass()))) {
			return value;
		}
		TokenBuffer buffer = TokenBuffer.forGeneration();
		write(value, buffer);
		try (JsonParser tokens = buffer.asParser()) {
			return this.mapper.readerFor(target).readValue(tokens);
		}
	}

	/** Writes the tokens of a plain value. */
	static void write(@Nullable Object value, TokenBuffer buffer) {
		if (value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
			fields(map, buffer);
		}
		else if (value instanceof List<?> list && !(value instanceof Tuple)) {
			elements(list, buffer);
		}
		else {
			scalar(value, buffer);
		}
	}

	static void fields(Map<?, ?> map, TokenBuffer buffer) {
		buffer.writeStartObject();
		map.forEach((key, value) -> {
			buffer.writeName(String.valueOf(key));
			write(value, buffer);
		});
		buffer.writeEndObject();
	}

	static void elements(Iterable<?> elements, TokenBuffer buffer) {
		buffer.writeStartArray();
		elements.forEach((element) -> write(element, buffer));
		buffer.writeEndArray();
	}

	private static void scalar(@Nullable Object value, TokenBuffer buffer) {
		if (value == null) {
			buffer.writeNull();
		}
		else if (value instanceof String text) {
			buffer.writeString(text);
		}
		else if (value instanceof Boolean bool) {
			buffer.writeBoolean(bool);
		}
		else if (value instanceof Integer number) {
			buffer.writeNumber(number.intValue());
		}
		else if (value instanceof Long number) {
			buffer.writeNumber(number.longValue());
		}
		else if (value instanceof BigInteger number) {
			buffer.writeNumber(number);
		}
		else if (value instanceof Double number) {
			buffer.writeNumber(number.doubleValue());
		}
		else if (value instanceof BigDecimal number) {
			buffer.writeNumber(number);
		}
		else {
			buffer.writeEmbeddedObject(value);
		}
	}

}

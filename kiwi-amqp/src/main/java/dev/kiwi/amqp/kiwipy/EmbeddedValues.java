package dev.kiwi.amqp.kiwipy;

import java.time.temporal.Temporal;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Lets deserializers that know only JSON read dates, sets, tuples and maps with other
 * keys than text.
 */
final class EmbeddedValues extends ValueDeserializerModifier {

	@Override
	public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription.Supplier description,
			ValueDeserializer<?> deserializer) {
		Class<?> type = description.getBeanClass();
		boolean time = Temporal.class.isAssignableFrom(type) || Date.class.isAssignableFrom(type);
		return time ? new Unembedding(deserializer) : deserializer;
	}

	@Override
	public ValueDeserializer<?> modifyArrayDeserializer(DeserializationConfig config, ArrayType type,
			BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
		return new Unembedding(deserializer);
	}

	@Override
	public ValueDeserializer<?> modifyCollectionDeserializer(DeserializationConfig config, CollectionType type,
			BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
		return new Unembedding(deserializer);
	}

	@Override
	public ValueDeserializer<?> modifyMapDeserializer(DeserializationConfig config, MapType type,
			BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
		boolean anyMap = type.getRawClass().isAssignableFrom(LinkedHashMap.class);
		return anyMap ? new KeyedMap(deserializer, type) : new Unembedding(deserializer);
	}

	/**
	 * Reads keys as what they are, where JSON would have texts.
	 */
	private static final class KeyedMap extends DelegatingDeserializer {

		private final MapType type;

		KeyedMap(ValueDeserializer<?> delegate, MapType type) {
			super(delegate);
			this.type = type;
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new KeyedMap(delegate, this.type);
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT)
					|| !(parser.getEmbeddedObject() instanceof Map<?, ?> map)) {
				return super.deserialize(parser, context);
			}
			Map<@Nullable Object, @Nullable Object> read = new LinkedHashMap<>();
			map.forEach((key, value) -> read.put(read(key, this.type.getKeyType(), context),
					read(value, this.type.getContentType(), context)));
			return read;
		}

		private static @Nullable Object read(@Nullable Object value, JavaType type, DeserializationContext context) {
			if (value == null) {
				return null;
			}
			TokenBuffer buffer = TokenBuffer.forGeneration();
			PythonBeans.write(value, buffer);
			try (JsonParser tokens = buffer.asParser(context)) {
				tokens.nextToken();
				return context.readValue(tokens, type);
			}
		}

	}

	/**
	 * Writes an embedded value as the tokens that stand for it in JSON.
	 */
	private static final class Unembedding extends DelegatingDeserializer {

		Unembedding(ValueDeserializer<?> delegate) {
			super(delegate);
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new Unembedding(delegate);
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			Object value = parser.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT) ? parser.getEmbeddedObject() : null;
			if (value == null || value instanceof byte[]) {
				return super.deserialize(parser, context);
			}
			if (value instanceof Temporal && handledType().isInstance(value)) {
				return value;
			}
			TokenBuffer buffer = TokenBuffer.forGeneration();
			if (value instanceof Map<?, ?> map) {
				PythonBeans.fields(map, buffer);
			}
			else if (value instanceof Set<?> || value instanceof Tuple) {
				PythonBeans.elements((Iterable<?>) value, buffer);
			}
			else {
				buffer.writeString(value.toString());
			}
			try (JsonParser tokens = buffer.asParser(context)) {
				tokens.nextToken();
				return super.deserialize(tokens, context);
			}
		}

	}

}

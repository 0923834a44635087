package dev.kiwi.jdbc;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Headers as one text, and back: JSON, which also carries characters that a database
 * refuses.
 */
final class HeaderText {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final ObjectReader READER = JSON.readerFor(new TypeReference<TreeMap<String, String>>() {
	});

	private static final ObjectWriter WRITER = JSON.writerFor(new TypeReference<Map<String, String>>() {
	});

	private HeaderText() {
	}

	static @Nullable String of(Map<String, String> headers) {
		return headers.isEmpty() ? null : WRITER.writeValueAsString(headers);
	}

	static Map<String, String> read(@Nullable String text) {
		return (text != null) ? READER.readValue(text) : new TreeMap<>();
	}

}

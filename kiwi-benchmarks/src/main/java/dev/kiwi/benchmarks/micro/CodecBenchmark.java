package dev.kiwi.benchmarks.micro;

import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.codec.JacksonPayloadCodec;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON of 1 KiB, by kiwi's codec and by Jackson alone.
 */
@State(Scope.Benchmark)
public class CodecBenchmark {

	private final JacksonPayloadCodec codec = new JacksonPayloadCodec();

	private final JsonMapper mapper = JsonMapper.shared();

	private final ObjectReader reader = this.mapper.readerFor(Payload.class);

	@Benchmark
	public byte[] encode() {
		return this.codec.encode(Payload.OBJECT);
	}

	@Benchmark
	public byte[] encodeByJackson() {
		return this.mapper.writeValueAsBytes(Payload.OBJECT);
	}

	@Benchmark
	public @Nullable Object decode() {
		return this.codec.decode(Payload.JSON, Payload.class);
	}

	@Benchmark
	public Object decodeByJackson() {
		return this.reader.readValue(Payload.JSON);
	}

}

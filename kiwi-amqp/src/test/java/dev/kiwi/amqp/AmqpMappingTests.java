package dev.kiwi.amqp;

import java.time.Instant;
import java.util.Date;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AmqpMappingTests {

	private static final byte[] BODY = { '7' };

	private final Names names = new Names("n");

	private final AmqpMapping mapping = new AmqpMapping(this.names, new KiwiTopology(this.names));

	@Test
	void thePropertyTellsWhenATaskWasSentAndNoHeader() {
		Instant sent = Instant.parse("2026-02-03T04:05:06Z");
		BasicProperties properties = this.mapping.task(sentAt(Long.toString(sent.toEpochMilli())), null).properties();
		assertThat(properties.getTimestamp()).isEqualTo(sent);
		assertThat(properties.getHeaders()).isNull();
		assertThat(this.mapping.task(properties, BODY).headers())
			.containsExactly(Map.entry(Headers.SENT, Long.toString(sent.toEpochMilli())));
	}

	@Test
	void whatIsNoTimeIsPassedAlong() {
		BasicProperties properties = this.mapping.task(sentAt("yesterday"), null).properties();
		assertThat(properties.getTimestamp()).isNull();
		assertThat(this.mapping.task(properties, BODY).headers()).containsExactly(Map.entry(Headers.SENT, "yesterday"));
	}

	@Test
	void ofACallTheTimeIsNobodysHeader() {
		BasicProperties properties = new BasicProperties.Builder().timestamp(new Date()).build();
		assertThat(this.mapping.request(properties, BODY).headers()).isEmpty();
	}

	private static Envelope sentAt(String time) {
		return new Envelope("1", null, "application/json", Map.of(Headers.SENT, time), BODY);
	}

}

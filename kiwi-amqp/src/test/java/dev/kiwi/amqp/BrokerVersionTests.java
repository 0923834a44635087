package dev.kiwi.amqp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BrokerVersionTests {

	@ParameterizedTest
	@CsvSource({ "3.10.8, false, false, 1", "3.12.0, true, false, 1", "4.0.5, true, false, 2", "4.2.1, true, false, 2",
			"4.3.6, false, true, 10", "5.0.0-beta.1, false, true, 10" })
	void saysWhatABrokerTakes(String version, boolean byQueue, boolean byConsumer, int priorities) {
		BrokerVersion parsed = BrokerVersion.parse(version);
		assertThat(parsed.hasConsumerTimeoutOfQueue()).isEqualTo(byQueue);
		assertThat(parsed.hasConsumerTimeoutOfConsumer()).isEqualTo(byConsumer);
		assertThat(parsed.priorities(QueueType.QUORUM)).isEqualTo(priorities);
		assertThat(parsed.priorities(QueueType.CLASSIC)).isEqualTo(10);
	}

	@Test
	void whatSaysNothingIsTakenForOld() {
		assertThat(BrokerVersion.parse("null").hasConsumerTimeoutOfQueue()).isFalse();
		assertThat(BrokerVersion.parse("null").keepsFreshQueues()).isFalse();
	}

}

package dev.kiwi.amqp;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AmqpSettingsTests {

	/** The broker would refuse each dead letter, and end the connection with it. */
	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "-PT1S", "P3651D", "PT2562047788015215H" })
	void aDeadLetterIsKeptForAsLongAsTheBrokerKeepsAMessage(String timeToLive) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AmqpSettings.DEFAULTS.withDeadLetterTimeToLive(Duration.parse(timeToLive)))
			.withMessageContaining("kiwi.tasks.dead-letters.time-to-live")
			.withMessageContaining("3650 days");
	}

}

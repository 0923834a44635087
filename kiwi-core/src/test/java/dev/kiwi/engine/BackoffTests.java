package dev.kiwi.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackoffTests {

	@Test
	void delaysGrowUpToTheirBound() {
		Backoff backoff = new Backoff(Duration.ofMillis(100), 2, Duration.ofMillis(500));
		assertThat(backoff.after(1)).hasMillis(100);
		assertThat(backoff.after(2)).hasMillis(200);
		assertThat(backoff.after(3)).hasMillis(400);
		assertThat(backoff.after(4)).hasMillis(500);
		assertThat(backoff.after(10_000)).hasMillis(500);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, Double.MIN_VALUE, 0.1, 1 })
	void delaysVaryByTheirJitter(double jitter) {
		Backoff backoff = new Backoff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1), jitter);
		assertThat(backoff.after(1)).isBetween(Duration.ofMillis((long) (1000 * (1 - jitter))),
				Duration.ofMillis((long) (1000 * (1 + jitter))));
	}

	@Test
	void whatIsNoNumberIsRefused() {
		Duration second = Duration.ofSeconds(1);
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(second, Double.NaN, second));
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(second, 2, second, Double.NaN));
	}

	@Test
	void aShrinkingBackoffIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Backoff(Duration.ofMillis(1), 0.5, Duration.ofMillis(1)));
	}

}

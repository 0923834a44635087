package dev.kiwi.engine;

import java.time.Duration;

import org.junit.jupiter.api.Test;

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

	@Test
	void aShrinkingBackoffIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Backoff(Duration.ofMillis(1), 0.5, Duration.ofMillis(1)));
	}

}

package dev.kiwi.amqp;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DelayLadderTests {

	private final DelayLadder ladder = new DelayLadder(new Names("kiwi"));

	@ParameterizedTest
	@ValueSource(longs = { 1, 100, 101, 999, 60_000, 3_600_000, 86_400_000, 31_536_000_000L, 31_708_800_000L })
	void theStepsOfAKeyAddUpToTheDelayRoundedUpToATenthOfASecond(long millis) {
		DelayLadder.Route route = this.ladder.route("kiwi.task.a.b", Duration.ofMillis(millis));
		String[] words = route.key().split("\\.", DelayLadder.STEPS + 1);
		long sum = 0;
		for (int step = 0; step < DelayLadder.STEPS; step++) {
			assertThat(words[step]).isIn("0", "1");
			sum += words[step].equals("1") ? DelayLadder.millis(step) : 0;
		}
		assertThat(sum).isEqualTo((millis + 99) / 100 * 100);
		assertThat(words[DelayLadder.STEPS]).isEqualTo("kiwi.task.a.b");
	}

	@Test
	void theWayBeginsAtTheFirstStepThatIsWaitedIn() {
		DelayLadder.Route route = this.ladder.route("q", Duration.ofMillis(100));
		assertThat(route.exchange()).isEqualTo("kiwi.delay." + (DelayLadder.STEPS - 1));
		assertThat(this.ladder.route("q", Duration.ZERO)).isEqualTo(new DelayLadder.Route("", "q"));
	}

	@Test
	void noStepIsLongerThanABrokerTakesAndTheShortestIsATenthOfASecond() {
		for (int step = 0; step < DelayLadder.STEPS; step++) {
			assertThat(DelayLadder.millis(step)).isBetween(100L, 0xffff_ffffL);
		}
		assertThat(DelayLadder.millis(DelayLadder.STEPS - 1)).isEqualTo(100);
	}

	@Test
	void theLongestNameFitsIntoAKey() {
		DelayLadder.Route route = this.ladder.route(new Names("n".repeat(20)).task("q".repeat(200)),
				Duration.ofDays(367));
		assertThat(route.key().length()).isLessThanOrEqualTo(255);
		assertThat(route.key()).contains("sha256:");
	}

}

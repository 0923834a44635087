package dev.kiwi.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationTests {

	@Test
	void theSweepFindsThePublishedEnergiesAndEndsWithStatusZero(CapturedOutput output) {
		assertThat(run("--sweep.to=8")).isZero();
		assertThat(output).contains("state_changed.created.running", "state_changed.running.finished")
			.containsPattern("8 +-19.821489 +-19.821489 +-?0.000000");
	}

	@Test
	void aSizeThatIsNotFoundGivesAnotherStatus(CapturedOutput output) {
		// nothing is published for a size of 1, and a search for it is refused
		assertThat(run("--sweep.from=1", "--sweep.to=2", "--sweep.seeds=1")).isNotZero();
		assertThat(output).contains("No result: Task");
	}

	private static int run(String... arguments) {
		return SpringApplication.exit(SpringApplication.run(SampleApplication.class, arguments));
	}

}

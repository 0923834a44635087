package dev.kiwi.sample;

import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class SampleApplicationTests {

	@TempDir
	private Path directory;

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

	@Test
	void aSizeThatFailsIsTriedAgainThenADeadLetterThenRelaunchedAndFound(CapturedOutput output) {
		assertThat(run("--sweep.to=4", "--sweep.seeds=1", "--sweep.failures.3=3")).isZero();
		assertThat(output).contains("3 atoms, seed 1: attempt 1 failed", "3 atoms, seed 1: attempt 2 failed")
			.containsPattern("Dead letter .+ after 3 attempts .+: relaunched")
			.containsPattern("3 +-3.000000 +-3.000000 +-?0.000000");
	}

	@Test
	void searchesThatTakeTooLongAreCancelled(CapturedOutput output) {
		run("--sweep.from=99", "--sweep.to=99", "--sweep.cancel-after=500ms");
		assertThat(output).containsPattern("No result: the search .+ was cancelled");
	}

	private int run(String... arguments) {
		String[] all = Arrays.copyOf(arguments, arguments.length + 1);
		all[arguments.length] = "--spring.datasource.url=" + SweepStoppedTests.url(this.directory);
		return SpringApplication.exit(SpringApplication.run(SampleApplication.class, all));
	}

}

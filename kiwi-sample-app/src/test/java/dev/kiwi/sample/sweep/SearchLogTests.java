package dev.kiwi.sample.sweep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.kiwi.TaskUpdate;
import dev.kiwi.sample.search.SearchRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SearchLogTests {

	private final List<String> lines = new ArrayList<>();

	private final SearchLog log = new SearchLog(new SearchRequest(7, 1), this.lines::add);

	@Test
	void oneLineIsWrittenPerQuarterHoweverManyReportsCome() {
		for (int step = 1; step <= 100; step++) {
			this.log.accept(new TaskUpdate.Progress(step / 100.0, "best energy -" + step));
		}
		assertThat(this.lines).containsExactly("7 atoms, seed 1: 25 %, best energy -25",
				"7 atoms, seed 1: 50 %, best energy -50", "7 atoms, seed 1: 75 %, best energy -75");
	}

	@Test
	void anAttemptThatFailedIsWrittenAndTheNextOneBeginsAnew() {
		this.log.accept(new TaskUpdate.Progress(0.5, "best energy -1"));
		this.log.accept(new TaskUpdate.Retrying(1, "no memory", Duration.ofMillis(500)));
		this.log.accept(new TaskUpdate.Progress(0.25, "best energy -2"));
		assertThat(this.lines).containsExactly("7 atoms, seed 1: 50 %, best energy -1",
				"7 atoms, seed 1: attempt 1 failed (no memory), the next one follows in 500 ms",
				"7 atoms, seed 1: 25 %, best energy -2");
	}

}

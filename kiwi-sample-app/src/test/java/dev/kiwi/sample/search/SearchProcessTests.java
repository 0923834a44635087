package dev.kiwi.sample.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

class SearchProcessTests {

	private final List<String> changes = new CopyOnWriteArrayList<>();

	private final List<Integer> steps = new ArrayList<>();

	private final SearchProcess process = new SearchProcess("7", new SearchRequest(13, 1),
			(from, status) -> this.changes.add(from.changeTo(status.state())),
			(status) -> this.steps.add(status.step()));

	@Test
	void itTellsOfItsStatesAndFindsTheIcosahedron() throws Exception {
		assertThat(this.process.run().energy()).isCloseTo(-44.326801, offset(1e-4));
		assertThat(this.changes).containsExactly("state_changed.created.running", "state_changed.running.finished");
		assertThat(this.steps).isEqualTo(IntStream.rangeClosed(1, 1300).boxed().toList());
	}

	@Test
	void itCanBePausedPlayedAndKilled() {
		CompletableFuture<SearchResult> running = CompletableFuture.supplyAsync(() -> {
			try {
				return this.process.run();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		await().until(() -> this.process.command(ProcessCommand.PAUSE).state() == ProcessState.PAUSED);
		int step = this.process.command(ProcessCommand.STATUS).step();
		await().during(50, TimeUnit.MILLISECONDS)
			.until(() -> this.process.status().step() <= step + 1 && !running.isDone());
		assertThat(this.process.command(ProcessCommand.PLAY).state()).isEqualTo(ProcessState.RUNNING);
		assertThat(this.process.command(ProcessCommand.KILL).state()).isEqualTo(ProcessState.KILLED);
		assertThat(running).failsWithin(10, TimeUnit.SECONDS)
			.withThrowableThat()
			.withRootCauseInstanceOf(CancellationException.class);
	}

}

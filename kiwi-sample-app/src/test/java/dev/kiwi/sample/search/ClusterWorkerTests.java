package dev.kiwi.sample.search;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.CancelOutcome;
import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

@SpringBootTest(properties = "kiwi.transport=in-process")
@ActiveProfiles("worker")
class ClusterWorkerTests {

	/** Takes minutes unless it is stopped. */
	private static final SearchRequest LONG = new SearchRequest(100, 1);

	@Autowired
	private KiwiCommunicator kiwi;

	private final List<ProcessStatus> changes = new CopyOnWriteArrayList<>();

	private final List<TaskUpdate> updates = new CopyOnWriteArrayList<>();

	private Subscription listening;

	@BeforeEach
	void listen() {
		this.listening = this.kiwi.addBroadcastSubscriber(BroadcastFilter.subject("state_changed.*"),
				ProcessStatus.class, (status, broadcast) -> this.changes.add(status));
		assertThat(this.listening.ready().toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@AfterEach
	void listenNoMore() {
		this.listening.close();
		this.kiwi.deadLetters().discard((letter) -> true);
	}

	@Test
	void aSearchReportsHowFarItIsAndItsBestEnergy() {
		TaskHandle<SearchResult> handle = send(new SearchRequest(13, 1));
		assertThat(handle.result()).succeedsWithin(60, TimeUnit.SECONDS);
		await().untilAsserted(
				() -> assertThat(this.updates).contains(new TaskUpdate.Progress(1, "best energy -44.326801")));
		assertThat(this.updates).anySatisfy((update) -> {
			TaskUpdate.Progress progress = (TaskUpdate.Progress) update;
			assertThat(progress.fraction()).isStrictlyBetween(0.0, 1.0);
			assertThat(progress.message()).matches("best energy -\\d+\\.\\d{6}");
		});
	}

	@Test
	void aSearchThatIsCancelledStops() {
		TaskHandle<SearchResult> handle = send(LONG);
		await().until(() -> !this.updates.isEmpty());
		assertThat(handle.cancel().toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS)
			.isEqualTo(CancelOutcome.REQUESTED);
		await().until(() -> handle.result().isCancelled());
		await().untilAsserted(() -> assertThat(this.changes).extracting(ProcessStatus::id, ProcessStatus::state)
			.contains(tuple(handle.id(), ProcessState.KILLED)));
	}

	@Test
	void aPausedSearchCanBeCancelledToo() {
		TaskHandle<SearchResult> handle = send(LONG);
		await().until(() -> !this.updates.isEmpty());
		assertThat(this.kiwi.callRpc("process." + handle.id(), ProcessCommand.PAUSE, ProcessStatus.class))
			.succeedsWithin(10, TimeUnit.SECONDS)
			.extracting(ProcessStatus::state)
			.isEqualTo(ProcessState.PAUSED);
		handle.cancel();
		await().until(() -> handle.result().isCancelled());
	}

	@Test
	void aSearchThatFailsOnceIsTriedAgain() {
		TaskHandle<SearchResult> handle = send(new SearchRequest(2, 1, 1));
		assertThat(handle.result()).succeedsWithin(30, TimeUnit.SECONDS)
			.satisfies((result) -> assertThat(result.energy()).isCloseTo(-1, offset(1e-4)));
		assertThat(this.updates).first()
			.isInstanceOfSatisfying(TaskUpdate.Retrying.class, (retrying) -> assertThat(retrying.attempt()).isOne());
		assertThat(this.kiwi.deadLetters().list()).isEmpty();
	}

	@Test
	void aSearchThatFailsAtEveryAttemptIsADeadLetterAndSucceedsOnceRelaunched() {
		TaskHandle<SearchResult> handle = send(new SearchRequest(3, 1, 3));
		assertThat(handle.result()).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(RemoteException.class)
			.withMessageContaining("on purpose at attempt 3");
		assertThat(this.kiwi.deadLetters().find(handle.id())).hasValueSatisfying((letter) -> {
			assertThat(letter.attempts()).isEqualTo(3);
			assertThat(letter.payload(SearchRequest.class)).isEqualTo(new SearchRequest(3, 1, 3));
		});
		assertThat(this.kiwi.deadLetters().relaunch(handle.id())).isTrue();
		await().untilAsserted(() -> assertThat(this.changes).anySatisfy((status) -> {
			assertThat(status.id()).isEqualTo(handle.id());
			assertThat(status.state()).isEqualTo(ProcessState.FINISHED);
			assertThat(status.energy()).isCloseTo(-3, offset(1e-4));
		}));
		assertThat(this.kiwi.deadLetters().list()).isEmpty();
	}

	@Test
	void aSizeThatIsRefusedIsNotTriedAgain() {
		TaskHandle<SearchResult> handle = send(new SearchRequest(1, 1));
		assertThat(handle.result()).failsWithin(10, TimeUnit.SECONDS);
		assertThat(this.kiwi.deadLetters().find(handle.id())).map(DeadLetter::attempts).hasValue(1);
	}

	private TaskHandle<SearchResult> send(SearchRequest request) {
		TaskHandle<SearchResult> handle = this.kiwi.sendTask("cluster-search", request, SearchResult.class);
		handle.onUpdate(this.updates::add);
		return handle;
	}

}

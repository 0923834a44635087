package dev.kiwi.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.WorkerInfo;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.End;
import dev.kiwi.engine.TaskEvent.Gap;
import dev.kiwi.engine.TaskEvent.Order;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is remembered of events.
 */
class EventIndexTests {

	private static final Duration DAY = Duration.ofDays(1);

	private static final WorkerInfo WORKER = new WorkerInfo("w", "node", 7L, null);

	@Test
	void theLastOfATasksLifeHoldsInWhateverOrderEventsCome() {
		List<Change> life = List.of(put(order(0, 0, 0), TaskState.QUEUED),
				run(order(0, 0, 0), "one", TaskState.RUNNING), run(order(0, 0, 0), "one", TaskState.UNKNOWN),
				run(order(0, 0, 1), "two", TaskState.RUNNING), put(order(0, 1, 0), TaskState.DELAYED),
				run(order(0, 1, 0), "three", TaskState.RUNNING), run(order(0, 1, 0), "three", TaskState.FAILED));
		List<List<Change>> orders = permutations(life);
		assertThat(orders).hasSize(5_040);
		for (List<Change> order : orders) {
			EventIndex index = new EventIndex(10, DAY);
			order.forEach(index::add);
			assertThat(index.find("t")).as("%s", order).isEqualTo(life.get(6));
		}
	}

	@Test
	void aTaskThatIsSaidToWaitAfterItWasBegunIsNotSaidToWait() {
		EventIndex index = new EventIndex(10, DAY);
		index.add(run(order(0, 0, 0), "one", TaskState.RUNNING));
		index.add(put(order(0, 0, 0), TaskState.QUEUED));
		assertThat(state(index, "t")).isEqualTo(TaskState.RUNNING);
	}

	@Test
	void aRelaunchSupersedesTheEndAndIsNeverTakenBack() {
		EventIndex index = new EventIndex(10, DAY);
		index.add(run(order(0, 2, 0), "one", TaskState.FAILED));
		index.add(put(order(1, 0, 0), TaskState.UNKNOWN));
		assertThat(state(index, "t")).isEqualTo(TaskState.UNKNOWN);
		index.add(put(order(1, 0, 0), TaskState.QUEUED));
		index.add(run(order(0, 2, 3), "late", TaskState.FAILED));
		assertThat(state(index, "t")).isEqualTo(TaskState.QUEUED);
	}

	@Test
	void whereNobodyCountsTheLaterRunHolds() {
		EventIndex index = new EventIndex(10, DAY);
		index.add(run(order(0, 0, 1), "one", TaskState.SUCCEEDED));
		index.add(run(order(0, 0, 1), "two", TaskState.RUNNING));
		assertThat(state(index, "t")).isEqualTo(TaskState.RUNNING);
	}

	@Test
	void ofTooManyThoseThatAreOverAreForgottenFirst() {
		EventIndex index = new EventIndex(2, DAY);
		index.add(change("waits", order(0, 0, 0), null, TaskState.QUEUED, 0));
		index.add(change("over", order(0, 0, 0), "r", TaskState.SUCCEEDED, 0));
		index.add(change("runs", order(0, 0, 0), "r", TaskState.RUNNING, 0));
		assertThat(index.forgotten()).isEqualTo(1);
		assertThat(index.find("over")).isNull();
		index.add(change("more", order(0, 0, 0), null, TaskState.QUEUED, 0));
		assertThat(index.all((change) -> true)).extracting(Change::id).containsExactlyInAnyOrder("runs", "more");
		assertThat(index.forgotten()).isEqualTo(2);
	}

	@Test
	void whatIsTooOldIsNotToldAndNotCountedAsForgotten() {
		EventIndex index = new EventIndex(10, DAY);
		index.add(change("old", order(0, 0, 0), null, TaskState.QUEUED, DAY.toMillis() + 1));
		index.add(change("new", order(0, 0, 0), null, TaskState.QUEUED, DAY.toMillis() - 60_000));
		index.add(new Gap(WORKER, 3, 0, 1));
		assertThat(index.find("old")).isNull();
		assertThat(index.all((change) -> true)).extracting(Change::id).containsExactly("new");
		assertThat(index.gaps()).isEmpty();
		assertThat(index.forgotten()).isZero();
	}

	@Test
	void aTaskThatGrowsTooOldIsDropped() {
		EventIndex index = new EventIndex(10, Duration.ofMillis(1));
		index.add(change("t", order(0, 0, 0), null, TaskState.QUEUED, 0));
		await().until(() -> index.find("t") == null);
		assertThat(index.all((change) -> true)).isEmpty();
	}

	@Test
	void anEventIsReadAsItWasWrittenAndSaysNothingOfWhatIsNot() {
		Change change = new Change("t", "q", TaskState.RUNNING, 5, 6, order(0, 1, 0), 2, "r", WORKER, null,
				new TaskUpdate.Progress(0, "begun"), "ü", null);
		byte[] written = TaskEvent.of(change);
		TaskEvent read = TaskEvent.read(written);
		assertThat(read).isEqualTo(new TaskEvent(change, null, null));
		assertThat(new String(written, StandardCharsets.UTF_8)).doesNotContain("null", "until");
		assertThat(written).hasSizeLessThan(250);
	}

	@Test
	void whatIsLeftOfATaskIsShort() {
		Change change = run(order(0, 0, 0), "r", TaskState.SUCCEEDED)
			.with(End.of("x".repeat(5_000), Collections.nCopies(20, "y".repeat(500))));
		byte[] written = TaskEvent.of(change);
		assertThat(TaskEvent.read(written)).isEqualTo(new TaskEvent(change, null, null));
		assertThat(written).hasSizeLessThan(3_500);
		Change bare = change.with(End.of("", List.of()));
		assertThat(TaskEvent.read(TaskEvent.of(bare))).extracting(TaskEvent::change)
			.extracting(Change::isOver)
			.isEqualTo(true);
	}

	private static @Nullable TaskState state(EventIndex index, String id) {
		Change change = index.find(id);
		return (change != null) ? change.state() : null;
	}

	private static Order order(int launch, int attempts, int redeliveries) {
		return new Order(launch, attempts, 0, redeliveries);
	}

	private static Change put(Order order, TaskState state) {
		return change("t", order, null, state, 0);
	}

	private static Change run(Order order, String run, TaskState state) {
		return change("t", order, run, state, 0);
	}

	private static Change change(String id, Order order, @Nullable String run, TaskState state, long age) {
		long at = System.currentTimeMillis() - age;
		return new Change(id, "q", state, at, at, order, 0, run, (run != null) ? WORKER : null, null, null, null, null);
	}

	private static List<List<Change>> permutations(List<Change> changes) {
		if (changes.isEmpty()) {
			return List.of(List.of());
		}
		List<List<Change>> all = new ArrayList<>();
		for (int index = 0; index < changes.size(); index++) {
			List<Change> rest = new ArrayList<>(changes);
			Change first = rest.remove(index);
			for (List<Change> others : permutations(rest)) {
				List<Change> order = new ArrayList<>(List.of(first));
				order.addAll(others);
				all.add(order);
			}
		}
		return all;
	}

}

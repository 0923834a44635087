package dev.kiwi.test.contract;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks that are kept aside, and what can be done with them.
 */
interface DeadLetterContract extends Environment {

	@Test
	default void aLetterTellsAll() {
		KiwiCommunicator kiwi = process();
		Instant before = Instant.now().minusMillis(1);
		kiwi.addTaskSubscriber("fail", Point.class, (point, task) -> {
			throw new IllegalStateException("no convergence");
		});
		SentTask sent = kiwi.sendTask(Task.of("fail", new Point(1, 2)).withHeader("project", "water"));
		DeadLetter letter = letter(kiwi);
		assertThat(letter.id()).isEqualTo(sent.id());
		assertThat(letter.queue()).isEqualTo("fail");
		assertThat(letter.reason()).contains("no convergence");
		assertThat(letter.errorType()).isEqualTo(IllegalStateException.class.getName());
		assertThat(letter.stackTrace()).contains("IllegalStateException: no convergence")
			.contains(DeadLetterContract.class.getSimpleName());
		assertThat(letter.attempts()).isOne();
		assertThat(letter.launch()).isZero();
		assertThat(letter.sentAt()).isBetween(before.truncatedTo(ChronoUnit.SECONDS), Instant.now());
		assertThat(letter.buriedAt()).isBetween(before, Instant.now());
		assertThat(letter.headers()).containsExactly(Map.entry("project", "water"));
		assertThat(letter.payload(Point.class)).isEqualTo(new Point(1, 2));
		assertThat(kiwi.deadLetters().find(sent.id())).isPresent();
		assertThat(kiwi.deadLetters().find("another")).isEmpty();
	}

	@Test
	default void listingLeavesAllInPlaceHoweverOften() {
		KiwiCommunicator kiwi = process();
		List<SentTask> sent = bury(kiwi, 5);
		for (int round = 0; round < 30; round++) {
			assertThat(kiwi.deadLetters().list()).extracting(DeadLetter::id)
				.containsExactlyInAnyOrderElementsOf(sent.stream().map(SentTask::id).toList());
		}
	}

	@Test
	default void oneIsRelaunchedUnderItsIdWithAllAttemptsBeforeIt() {
		KiwiCommunicator kiwi = process();
		AtomicBoolean mended = new AtomicBoolean();
		CompletableFuture<String> done = new CompletableFuture<>();
		kiwi.addTaskSubscriber("fail", String.class, (text, task) -> {
			if (!mended.get()) {
				throw new IllegalStateException("broken");
			}
			done.complete(task.id() + " " + task.attempt() + " " + task.launch() + " " + task.headers());
			return text;
		});
		SentTask sent = kiwi.sendTask(Task.of("fail", "x").withHeader("a", "b"));
		letter(kiwi);
		mended.set(true);
		assertThat(kiwi.deadLetters().relaunch("another")).isFalse();
		assertThat(kiwi.deadLetters().relaunch(sent.id())).isTrue();
		assertThat(get(done)).isEqualTo(sent.id() + " 1 1 {a=b}");
		assertThat(kiwi.deadLetters().list()).isEmpty();
	}

	@Test
	default void whatFailsAgainAfterItsRelaunchIsKeptAgain() {
		KiwiCommunicator kiwi = process();
		List<SentTask> sent = bury(kiwi, 1);
		kiwi.deadLetters().relaunch(sent.get(0).id());
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(letter(kiwi).launch()).isOne());
		kiwi.deadLetters().relaunch(sent.get(0).id());
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(letter(kiwi).launch()).isEqualTo(2));
	}

	@Test
	default void someAreRelaunchedOrDiscardedByWhatTheyAre() {
		KiwiCommunicator kiwi = process();
		List<SentTask> sent = bury(kiwi, 10);
		assertThat(kiwi.deadLetters().discard((letter) -> number(letter) < 3)).isEqualTo(3);
		assertThat(kiwi.deadLetters().list()).hasSize(7);
		assertThat(process().deadLetters().relaunch((letter) -> number(letter) == 4)).isOne();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(kiwi.deadLetters().list()).filteredOn((letter) -> letter.launch() == 1)
				.extracting(DeadLetter::id)
				.containsExactly(sent.get(4).id()));
		assertThat(kiwi.deadLetters().discard(sent.get(4).id())).isTrue();
		assertThat(kiwi.deadLetters().discard(sent.get(4).id())).isFalse();
		assertThat(kiwi.deadLetters().discard((letter) -> true)).isEqualTo(6);
		assertThat(kiwi.deadLetters().list()).isEmpty();
	}

	@Test
	default void twoProcessesThatRelaunchAllAtOnceLaunchEachOnce() {
		KiwiCommunicator kiwi = process();
		AtomicBoolean mended = new AtomicBoolean();
		Map<String, Integer> runs = new ConcurrentHashMap<>();
		kiwi.addTaskSubscriber("fail", Integer.class, (number, task) -> {
			if (!mended.get()) {
				throw new IllegalStateException("broken");
			}
			return runs.merge(task.id(), 1, Integer::sum);
		});
		IntStream.range(0, 20).forEach((number) -> kiwi.sendTask("fail", number));
		await().atMost(PATIENCE).until(() -> kiwi.deadLetters().list().size() == 20);
		mended.set(true);
		KiwiCommunicator other = process();
		CompletableFuture<Integer> beside = CompletableFuture
			.supplyAsync(() -> other.deadLetters().relaunch((letter) -> true));
		int here = kiwi.deadLetters().relaunch((letter) -> true);
		assertThat(here + get(beside)).isEqualTo(20);
		await().atMost(PATIENCE).until(() -> runs.size() == 20);
		assertThat(runs.values()).containsOnly(1);
	}

	@Test
	default void aTaskThatKillsItsWorkersIsKeptAndTheOthersAreDone() {
		KiwiCommunicator sender = process();
		List<TaskHandle<Integer>> handles = IntStream.range(0, 50)
			.mapToObj((number) -> sender.sendTask("poison", number, Integer.class))
			.toList();
		String poison = handles.get(7).id();
		Semaphore never = new Semaphore(0);
		int deaths = 0;
		while (!handles.get(7).result().isDone()) {
			KiwiCommunicator worker = process(2, 50);
			CompletableFuture<Void> poisoned = new CompletableFuture<>();
			worker.addTaskSubscriber("poison", Integer.class, (number, task) -> {
				if (task.id().equals(poison)) {
					poisoned.complete(null);
					never.acquire();
				}
				return number;
			});
			await().atMost(PATIENCE).until(() -> poisoned.isDone() || handles.get(7).result().isDone());
			if (poisoned.isDone()) {
				deaths++;
				kill(worker);
			}
		}
		assertThat(deaths).as("its first worker, and as many more as max-crashes says").isEqualTo(4);
		assertThat(failure(handles.get(7).result())).hasMessageContaining("poisonous").hasMessageContaining(poison);
		for (int number = 0; number < 50; number++) {
			if (number != 7) {
				assertThat(get(handles.get(number).result())).isEqualTo(number);
			}
		}
		assertThat(letter(sender).id()).isEqualTo(poison);
	}

	@Test
	default void whoBreaksWhileItLooksThroughThemIsToldSoAndLeavesThem() {
		KiwiCommunicator kiwi = process();
		bury(kiwi, 3);
		CompletableFuture<Integer> broken = CompletableFuture
			.supplyAsync(() -> kiwi.deadLetters().relaunch((letter) -> {
				throw new StackOverflowError("too deep");
			}));
		assertThat(broken).failsWithin(PATIENCE).withThrowableThat().withStackTraceContaining("too deep");
		await().atMost(PATIENCE).until(() -> kiwi.deadLetters().list().size() == 3);
		assertThat(kiwi.deadLetters().discard((letter) -> true)).isEqualTo(3);
	}

	private static int number(DeadLetter letter) {
		return Objects.requireNonNull(letter.payload(Integer.class));
	}

	/** Sends tasks that fail, and waits until all are kept. */
	private List<SentTask> bury(KiwiCommunicator kiwi, int tasks) {
		kiwi.addTaskSubscriber("fail", Integer.class, (number, task) -> {
			throw new IllegalStateException("broken " + number);
		});
		List<SentTask> sent = IntStream.range(0, tasks)
			.mapToObj((number) -> (SentTask) kiwi.sendTask("fail", number))
			.toList();
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> kiwi.deadLetters().list().size() == tasks);
		return sent;
	}

}

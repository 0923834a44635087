package dev.kiwi.test.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskExpiredException;
import dev.kiwi.TaskHandle;
import dev.kiwi.transport.UniqueKeys;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * When and how often a task is to be run.
 */
interface ScheduleContract extends Environment {

	@Test
	default void aDelayedTaskRunsNotBeforeItsTimeAndSoonAfterIt() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addTaskSubscriber("later", String.class, (text, task) -> System.nanoTime()));
		long sent = System.nanoTime();
		TaskHandle<Long> handle = kiwi.sendTask(Task.of("later", "x").withDelay(Duration.ofMillis(1_500)), Long.class);
		assertThat(Duration.ofNanos(get(handle.result()) - sent)).isBetween(Duration.ofMillis(1_490),
				Duration.ofMillis(4_000));
	}

	@Test
	default void aTaskRunsAtAnInstant() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addTaskSubscriber("later", String.class, (text, task) -> System.currentTimeMillis()));
		// long enough for all that RabbitMQ is asked for with the first delayed task
		Instant start = Instant.now().plusMillis(2_500);
		TaskHandle<Long> handle = kiwi.sendTask(Task.of("later", "x").withStartAt(start), Long.class);
		TaskHandle<Long> past = kiwi.sendTask(Task.of("later", "x").withStartAt(Instant.now().minusSeconds(60)),
				Long.class);
		assertThat(get(past.result())).isLessThan(start.toEpochMilli());
		assertThat(get(handle.result())).isGreaterThanOrEqualTo(start.toEpochMilli() - 10);
	}

	@Test
	default void whatIsDueSoonerRunsSoonerWhateverWasSentFirst() {
		KiwiCommunicator kiwi = process(1, 1);
		List<Integer> order = new CopyOnWriteArrayList<>();
		ready(kiwi.addTaskSubscriber("order", Integer.class, (number, task) -> order.add(number)));
		TaskHandle<Boolean> year = kiwi.sendTask(Task.of("order", 9).withDelay(Duration.ofDays(365)), Boolean.class);
		List<TaskHandle<Boolean>> handles = new ArrayList<>();
		for (int number : new int[] { 3, 1, 0, 2 }) {
			handles.add(
					kiwi.sendTask(Task.of("order", number).withDelay(Duration.ofMillis(number * 900L)), Boolean.class));
		}
		handles.forEach((handle) -> get(handle.result()));
		assertThat(order).containsExactly(0, 1, 2, 3);
		get(year.accepted());
		assertThat(year.result()).isNotDone();
	}

	@Test
	default void noTaskIsSentForLongerThanAYear() {
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> Task.of("later", "x").withDelay(Duration.ofDays(400)));
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(
				() -> kiwi.sendTask(Task.of("later", "x").withStartAt(Instant.now().plus(Duration.ofDays(400)))));
	}

	@Test
	default void anExpiredTaskIsNotRunAndItsSenderHearsSo() {
		KiwiCommunicator kiwi = process();
		TaskHandle<String> expired = kiwi.sendTask(Task.of("late", "old").withTimeToLive(Duration.ofMillis(1)),
				String.class);
		long over = System.currentTimeMillis() + 1;
		TaskHandle<String> alive = kiwi.sendTask(Task.of("late", "new").withTimeToLive(Duration.ofMinutes(1)),
				String.class);
		get(expired.accepted());
		await().until(() -> System.currentTimeMillis() > over);
		List<String> run = new CopyOnWriteArrayList<>();
		kiwi.addTaskSubscriber("late", String.class, (text, task) -> {
			run.add(text);
			return text;
		});
		assertThat(failure(expired.result())).isInstanceOf(TaskExpiredException.class)
			.hasMessageContaining(expired.id());
		assertThat(get(alive.result())).isEqualTo("new");
		assertThat(run).containsExactly("new");
		assertThat(kiwi.deadLetters().list()).isEmpty();
	}

	@Test
	default void aTimeToLiveBeginsAfterTheDelay() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("late", String.class, (text, task) -> text);
		assertThat(get(kiwi
			.sendTask(Task.of("late", "x").withDelay(Duration.ofMillis(300)).withTimeToLive(Duration.ofSeconds(30)),
					String.class)
			.result())).isEqualTo("x");
	}

	@Test
	default void aTimeToLiveMayBeForEver() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("ever", String.class, (text, task) -> text);
		for (Duration ever : List.of(Duration.ofMillis(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE))) {
			assertThat(get(kiwi.sendTask(Task.of("ever", "x").withTimeToLive(ever), String.class).result()))
				.isEqualTo("x");
		}
	}

	@Test
	default void prioritiesOutsideOfTheirRangeAreRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> Task.of("later", "x").withPriority(10));
	}

	@Test
	default void allPrioritiesAreDone() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("urgent", Integer.class, (number, task) -> number);
		List<TaskHandle<Integer>> handles = IntStream.rangeClosed(0, 9)
			.mapToObj((priority) -> kiwi.sendTask(Task.of("urgent", priority).withPriority(priority), Integer.class))
			.toList();
		assertThat(handles.stream().map((handle) -> get(handle.result())))
			.containsExactlyElementsOf(IntStream.rangeClosed(0, 9).boxed().toList());
	}

	@Test
	default void aSecondTaskOfAKeyIsTheFirst() {
		assumeKeys(true);
		KiwiCommunicator kiwi = process();
		KiwiCommunicator other = process();
		Semaphore release = new Semaphore(0);
		TaskHandle<Integer> first = kiwi.sendTask(Task.of("unique", 1).withKey("a"), Integer.class);
		get(first.accepted());
		TaskHandle<Integer> second = kiwi.sendTask(Task.of("unique", 2).withKey("a"), Integer.class);
		TaskHandle<Integer> elsewhere = other.sendTask(Task.of("unique", 3).withKey("a"), Integer.class);
		SentTask quiet = other.sendTask(Task.of("unique", 4).withKey("a"));
		TaskHandle<Integer> another = kiwi.sendTask(Task.of("unique", 5).withKey("b"), Integer.class);
		for (SentTask sent : List.of(second, elsewhere, quiet)) {
			get(sent.accepted());
			assertThat(sent.id()).isEqualTo(first.id());
		}
		CompletableFuture<Void> begun = new CompletableFuture<>();
		kiwi.addTaskSubscriber("unique", Integer.class, (number, task) -> {
			begun.complete(null);
			release.acquire();
			return number;
		});
		get(begun);
		TaskHandle<Integer> running = kiwi.sendTask(Task.of("unique", 6).withKey("a"), Integer.class);
		get(running.accepted());
		assertThat(running.id()).as("while it runs").isEqualTo(first.id());
		release.release(100);
		for (TaskHandle<Integer> handle : List.of(first, second, elsewhere, running)) {
			assertThat(get(handle.result())).isOne();
		}
		assertThat(get(another.result())).isEqualTo(5);
		TaskHandle<Integer> after = kiwi.sendTask(Task.of("unique", 7).withKey("a"), Integer.class);
		assertThat(get(after.result())).as("once it is over").isEqualTo(7);
		assertThat(after.id()).isNotEqualTo(first.id());
	}

	@Test
	default void keysAreRefusedByNameWhereTheyCannotBePromised() {
		assumeKeys(false);
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(NotSupportedByTransportException.class)
			.isThrownBy(() -> kiwi.sendTask(Task.of("unique", 1).withKey("a"), Integer.class))
			.withMessageContaining(kiwi.transportInfo().name())
			.withMessageContaining("kiwi.transport");
	}

	private void assumeKeys(boolean supported) {
		assumeThat(raw(new ArrayList<>()).tasks().capability(UniqueKeys.class).isPresent()).isEqualTo(supported);
	}

}

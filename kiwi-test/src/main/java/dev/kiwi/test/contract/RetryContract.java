package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import dev.kiwi.DeadLetter;
import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.Task;
import dev.kiwi.TaskFailedException;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskUpdate;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks that fail and are tried again.
 */
interface RetryContract extends Environment {

	Duration SHORT = Duration.ofMillis(100);

	static UnaryOperator<EngineSettings> attempts(int maxAttempts, Duration delay) {
		return (defaults) -> defaults
			.withTasks(QueueSettings.defaults().withRetry(maxAttempts, new Backoff(delay, 2, Duration.ofHours(1))));
	}

	@Test
	default void aTaskThatFailsTwiceSucceedsAtItsThirdAttempt() {
		KiwiCommunicator worker = process(attempts(3, SHORT));
		KiwiCommunicator sender = process();
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> listening = new CompletableFuture<>();
		worker.addTaskSubscriber("flaky", String.class, (text, task) -> {
			get(listening);
			attempts.add(task.attempt());
			if (task.attempt() < 3) {
				throw new IllegalStateException("not yet " + task.attempt());
			}
			return text;
		});
		TaskHandle<String> handle = sender.sendTask("flaky", "x", String.class);
		List<TaskUpdate> updates = new CopyOnWriteArrayList<>();
		handle.onUpdate(updates::add);
		listening.complete(null);
		assertThat(get(handle.result())).isEqualTo("x");
		assertThat(attempts).containsExactly(1, 2, 3);
		assertThat(updates).filteredOn(TaskUpdate.Retrying.class::isInstance)
			.extracting((update) -> ((TaskUpdate.Retrying) update).attempt())
			.containsExactly(1, 2);
		assertThat(updates.get(0)).isInstanceOfSatisfying(TaskUpdate.Retrying.class, (first) -> {
			assertThat(first.reason()).contains("not yet 1");
			assertThat(first.after()).isEqualTo(SHORT);
		});
		assertThat(sender.deadLetters().list()).isEmpty();
	}

	@Test
	default void aTaskThatFailsAtItsLastAttemptIsKept() {
		KiwiCommunicator kiwi = process(attempts(2, SHORT));
		kiwi.addTaskSubscriber("fail", String.class, (text, task) -> {
			throw new IllegalStateException("attempt " + task.attempt());
		});
		TaskHandle<String> handle = kiwi.sendTask("fail", "x", String.class);
		assertThat(failure(handle.result())).isInstanceOf(RemoteException.class).hasMessageContaining("attempt 2");
		DeadLetter letter = letter(kiwi);
		assertThat(letter.attempts()).isEqualTo(2);
		assertThat(letter.reason()).contains("attempt 2");
	}

	@Test
	default void theWaitingGrowsAndHoldsNoWorker() {
		KiwiCommunicator kiwi = process((defaults) -> defaults.withTasks(QueueSettings.defaults()
			.withConcurrency(1)
			.withRetry(3, new Backoff(Duration.ofMillis(400), 2, Duration.ofHours(1)))));
		List<Long> times = new CopyOnWriteArrayList<>();
		AtomicInteger others = new AtomicInteger();
		kiwi.addTaskSubscriber("wait", Boolean.class, (fails, task) -> {
			if (fails) {
				times.add(System.nanoTime());
				throw new IllegalStateException("later");
			}
			return others.incrementAndGet();
		});
		TaskHandle<Integer> failing = kiwi.sendTask("wait", true, Integer.class);
		await().atMost(PATIENCE).until(() -> times.size() == 1);
		assertThat(get(kiwi.sendTask("wait", false, Integer.class).result())).isOne();
		assertThat(failing.result()).as("others run meanwhile").isNotDone();
		assertThat(failure(failing.result())).isInstanceOf(RemoteException.class);
		assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(390));
		assertThat(Duration.ofNanos(times.get(2) - times.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(790));
	}

	@Test
	default void aLongWaitDoesNotBlockAShorterOneBehindIt() {
		KiwiCommunicator kiwi = process(attempts(2, Duration.ofMinutes(10)));
		CompletableFuture<Void> longOne = new CompletableFuture<>();
		kiwi.addTaskSubscriber("mixed", Boolean.class, (isLong, task) -> {
			if (isLong) {
				longOne.complete(null);
				throw new IllegalStateException("in ten minutes");
			}
			if (task.attempt() == 1) {
				throw TaskFailedException.retryAfter(SHORT, "soon", null);
			}
			return "done";
		});
		TaskHandle<String> waiting = kiwi.sendTask("mixed", true, String.class);
		CompletableFuture<TaskUpdate> update = new CompletableFuture<>();
		waiting.onUpdate(update::complete);
		get(longOne);
		assertThat(get(update)).isInstanceOf(TaskUpdate.Retrying.class);
		assertThat(get(kiwi.sendTask("mixed", false, String.class).result())).isEqualTo("done");
		assertThat(waiting.result()).isNotDone();
	}

	@Test
	default void aHandlerMaySayThatNoAttemptIsOfUse() {
		KiwiCommunicator kiwi = process(attempts(5, SHORT));
		AtomicInteger attempts = new AtomicInteger();
		kiwi.addTaskSubscriber("never", String.class, (text, task) -> {
			attempts.incrementAndGet();
			throw TaskFailedException.forGood("no such structure", null);
		});
		assertThat(failure(kiwi.sendTask("never", "x", String.class).result()))
			.hasMessageContaining("no such structure");
		assertThat(letter(kiwi).attempts()).isOne();
		assertThat(attempts).hasValue(1);
	}

	@Test
	default void aHandlerMaySayWhenTheNextAttemptIsOfUse() {
		KiwiCommunicator kiwi = process(attempts(2, Duration.ofMinutes(10)));
		kiwi.addTaskSubscriber("soon", String.class, (text, task) -> {
			if (task.attempt() == 1) {
				throw TaskFailedException.retryAfter(SHORT, "soon", null);
			}
			return text;
		});
		assertThat(get(kiwi.sendTask("soon", "x", String.class).result())).isEqualTo("x");
	}

	@Test
	default void aStageThatFailsIsTriedAgain() {
		KiwiCommunicator kiwi = process(attempts(2, SHORT));
		kiwi.addTaskSubscriber("stage", String.class,
				(text, task) -> (task.attempt() == 1)
						? CompletableFuture.failedFuture(new IllegalStateException("later"))
						: CompletableFuture.completedFuture(text));
		assertThat(get(kiwi.sendTask("stage", "x", String.class).result())).isEqualTo("x");
	}

	@Test
	default void whatCannotBeReadIsNotTriedAgain() {
		KiwiCommunicator kiwi = process(attempts(5, Duration.ofMinutes(10)));
		kiwi.addTaskSubscriber("typed", Point.class, (point, task) -> point);
		assertThat(failure(kiwi.sendTask("typed", "no point", Point.class).result()))
			.isInstanceOf(RemoteException.class);
		assertThat(letter(kiwi).attempts()).isOne();
	}

	@Test
	default void aPulledTaskThatFailsIsTriedAgainToo() {
		KiwiCommunicator kiwi = process(attempts(2, SHORT));
		TaskHandle<String> handle = kiwi.sendTask("pull", "x", String.class);
		IncomingTask first = kiwi.taskQueue("pull").next(PATIENCE).orElseThrow();
		assertThat(first.context().attempt()).isOne();
		first.fail(new IllegalStateException("later"));
		IncomingTask second = kiwi.taskQueue("pull").next(PATIENCE).orElseThrow();
		assertThat(second.context().attempt()).isEqualTo(2);
		second.complete("done");
		assertThat(get(handle.result())).isEqualTo("done");
	}

	@Test
	default void whatWasBegunInTimeDoesNotExpireBetweenItsAttempts() {
		KiwiCommunicator kiwi = process(attempts(2, Duration.ofSeconds(3)));
		ready(kiwi.addTaskSubscriber("late", String.class, (text, task) -> {
			if (task.attempt() == 1) {
				throw new IllegalStateException("later");
			}
			return text;
		}));
		Task task = Task.of("late", "x").withTimeToLive(Duration.ofMillis(2_500));
		assertThat(get(kiwi.sendTask(task, String.class).result())).isEqualTo("x");
	}

}

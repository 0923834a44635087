package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.PayloadException;
import dev.kiwi.RemoteException;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskQueue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The pull side of a queue.
 */
interface PullContract extends Environment {

	@Test
	default void anEmptyQueueGivesNothingAfterTheTimeout() {
		TaskQueue queue = process().taskQueue("pull");
		long begin = System.nanoTime();
		assertThat(queue.next(Duration.ofMillis(300))).isEmpty();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(250),
				Duration.ofSeconds(15));
		assertThat(queue.next(Duration.ZERO)).isEmpty();
	}

	@Test
	default void aTaskThatComesInTimeIsTakenAndCompleted() {
		KiwiCommunicator kiwi = process();
		KiwiCommunicator sender = process();
		TaskQueue queue = kiwi.taskQueue("pull");
		assertThat(queue.name()).isEqualTo("pull");
		CompletableFuture<Optional<IncomingTask>> next = CompletableFuture.supplyAsync(() -> queue.next(PATIENCE));
		TaskHandle<Point> handle = sender.sendTask("pull", new Point(1, 2), Point.class);
		IncomingTask task = get(next).orElseThrow();
		assertThat(task.context().id()).isEqualTo(handle.id());
		assertThat(task.payload(Point.class)).isEqualTo(new Point(1, 2));
		task.complete(new Point(3, 4));
		assertThat(get(handle.result())).isEqualTo(new Point(3, 4));
		assertThatIllegalStateException().isThrownBy(() -> task.complete(null)).withMessageContaining(handle.id());
		task.close();
		assertThat(queue.next(Duration.ofMillis(100))).isEmpty();
	}

	@Test
	default void aTaskCanBeFailed() {
		KiwiCommunicator kiwi = process();
		TaskHandle<Point> handle = kiwi.sendTask("pull", new Point(1, 2), Point.class);
		kiwi.taskQueue("pull").next(PATIENCE).orElseThrow().fail(new IllegalStateException("too hard"));
		assertThat(failure(handle.result())).isInstanceOf(RemoteException.class).hasMessageContaining("too hard");
	}

	@Test
	default void aRequeuedTaskComesAgain() {
		KiwiCommunicator kiwi = process();
		kiwi.sendTask("pull", 1);
		TaskQueue queue = kiwi.taskQueue("pull");
		queue.next(PATIENCE).orElseThrow().requeue();
		try (IncomingTask again = queue.next(PATIENCE).orElseThrow()) {
			assertThat(again.context().isRedelivered()).isTrue();
			again.complete(null);
		}
	}

	@Test
	default void aTaskThatIsLeftUnsettledComesAgain() {
		KiwiCommunicator kiwi = process();
		kiwi.sendTask("pull", 1);
		TaskQueue queue = kiwi.taskQueue("pull");
		try (IncomingTask task = queue.next(PATIENCE).orElseThrow()) {
			assertThat(task.payload(Integer.class)).isOne();
		}
		assertThat(queue.next(PATIENCE)).isPresent();
		kill(kiwi);
		assertThat(process().taskQueue("pull").next(PATIENCE)).isPresent();
	}

	@Test
	default void iteratingEndsWhereTheQueueIsEmpty() {
		KiwiCommunicator kiwi = process();
		for (int number = 0; number < 10; number++) {
			get(kiwi.sendTask("pull", number).accepted());
		}
		List<Integer> numbers = new ArrayList<>();
		for (IncomingTask task : kiwi.taskQueue("pull")) {
			numbers.add(task.payload(Integer.class));
			task.complete(null);
		}
		assertThat(numbers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
	}

	@Test
	default void aPayloadOfAnotherTypeIsRefusedAndTheTaskStaysInHand() {
		KiwiCommunicator kiwi = process();
		TaskHandle<String> handle = kiwi.sendTask("pull", "text", String.class);
		IncomingTask task = kiwi.taskQueue("pull").next(PATIENCE).orElseThrow();
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> task.payload(Point.class))
			.withMessageContaining(handle.id());
		task.complete(task.payload(String.class));
		assertThat(get(handle.result())).isEqualTo("text");
	}

	@Test
	default void whoWaitsForATaskIsToldWhenItsCommunicatorCloses() {
		KiwiCommunicator kiwi = process();
		TaskQueue queue = kiwi.taskQueue("pull");
		AtomicReference<Thread> waiting = new AtomicReference<>();
		CompletableFuture<Optional<IncomingTask>> next = CompletableFuture.supplyAsync(() -> {
			waiting.set(Thread.currentThread());
			return queue.next(PATIENCE.multipliedBy(2));
		});
		await().atMost(PATIENCE)
			.until(() -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);
		kiwi.close();
		assertThat(failure(next)).isInstanceOf(CommunicatorClosedException.class);
	}

	@Test
	default void whatIsInHandWhenTheCommunicatorClosesComesAgain() {
		KiwiCommunicator kiwi = process();
		TaskHandle<String> handle = process().sendTask("pull", 1, String.class);
		IncomingTask held = kiwi.taskQueue("pull").next(PATIENCE).orElseThrow();
		kiwi.close();
		try (IncomingTask again = process().taskQueue("pull").next(PATIENCE).orElseThrow()) {
			assertThat(again.context().id()).isEqualTo(handle.id());
			assertThat(again.context().isRedelivered()).isTrue();
			held.complete("not any more");
			again.complete("done");
		}
		assertThat(get(handle.result())).isEqualTo("done");
	}

}

package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.DeadLetter;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskLostException;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.transport.SingleCopy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Queues whose tasks are never run again by themselves.
 */
interface AtMostOnceContract extends Environment {

	default KiwiCommunicator atMostOnce() {
		return process((settings) -> settings
			.withTasks(QueueSettings.defaults().withConcurrency(1).withGuarantee(DeliveryGuarantee.AT_MOST_ONCE)));
	}

	@Test
	default void aTaskWhoseWorkerDiedIsLostAndRunsAgainOnlyWhenRelaunched() {
		KiwiCommunicator victim = atMostOnce();
		KiwiCommunicator sender = atMostOnce();
		List<Integer> launches = new CopyOnWriteArrayList<>();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		victim.addTaskSubscriber("once", String.class, (text, task) -> {
			launches.add(task.launch());
			begun.complete(null);
			new Semaphore(0).acquire();
			return text;
		});
		TaskHandle<String> handle = sender.sendTask("once", "x", String.class);
		get(begun);
		kill(victim);
		CompletableFuture<Void> again = new CompletableFuture<>();
		atMostOnce().addTaskSubscriber("once", String.class, (text, task) -> {
			launches.add(task.launch());
			again.complete(null);
			return text;
		});
		assertThat(failure(handle.result())).isInstanceOf(TaskLostException.class).hasMessageContaining(handle.id());
		DeadLetter letter = letter(sender);
		assertThat(letter.id()).isEqualTo(handle.id());
		assertThat(letter.errorType()).isEqualTo(TaskLostException.class.getName());
		assertThat(launches).containsExactly(0);
		sender.deadLetters().relaunch(handle.id());
		get(again);
		assertThat(launches).containsExactly(0, 1);
	}

	@Test
	default void aTaskThatFailsIsKeptAndOneThatSucceedsIsDone() {
		KiwiCommunicator kiwi = atMostOnce();
		kiwi.addTaskSubscriber("once", Boolean.class, (fails, task) -> {
			if (fails) {
				throw new IllegalStateException("broken");
			}
			return "done";
		});
		TaskHandle<String> failed = kiwi.sendTask("once", true, String.class);
		assertThat(failure(failed.result())).hasMessageContaining("broken");
		assertThat(get(kiwi.sendTask("once", false, String.class).result())).isEqualTo("done");
		assertThat(letter(kiwi).id()).isEqualTo(failed.id());
	}

	@Test
	default void aDelayWorksOrIsRefusedByNameWhereItCouldMakeASecondCopy() {
		KiwiCommunicator kiwi = atMostOnce();
		Task later = Task.of("once", "x").withDelay(Duration.ofMillis(100));
		if (raw(new ArrayList<>()).tasks().capability(SingleCopy.class).isEmpty()) {
			assertThatExceptionOfType(NotSupportedByTransportException.class).isThrownBy(() -> kiwi.sendTask(later))
				.withMessageContaining("once");
			return;
		}
		kiwi.addTaskSubscriber("once", String.class, (text, task) -> text);
		assertThat(get(kiwi.sendTask(later, String.class).result())).isEqualTo("x");
	}

	@Test
	default void whatComesForSomebodyWhoWaitsNoLongerIsNotLost() throws Exception {
		KiwiCommunicator kiwi = atMostOnce();
		Thread waiting = new Thread(() -> assertThatExceptionOfType(ConnectionLostException.class)
			.isThrownBy(() -> kiwi.taskQueue("once").next(PATIENCE)));
		waiting.start();
		await().atMost(PATIENCE).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
		waiting.interrupt();
		waiting.join();
		TaskHandle<String> handle = kiwi.sendTask("once", "x", String.class);
		kiwi.taskQueue("once").next(PATIENCE).orElseThrow().complete("done");
		assertThat(get(handle.result())).isEqualTo("done");
	}

	@Test
	default void whatIsGivenBackNotBegunIsNotLost() {
		KiwiCommunicator kiwi = atMostOnce();
		TaskHandle<String> handle = kiwi.sendTask("once", "x", String.class);
		kiwi.taskQueue("once").next(PATIENCE).orElseThrow().requeue();
		kiwi.taskQueue("once").next(PATIENCE).orElseThrow().close();
		kiwi.taskQueue("once").next(PATIENCE).orElseThrow().complete("done");
		assertThat(get(handle.result())).isEqualTo("done");
		assertThat(kiwi.deadLetters().list()).isEmpty();
	}

}

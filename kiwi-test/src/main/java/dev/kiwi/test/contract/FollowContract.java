package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.NotSupportedByTransportException;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.TaskStates;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Results that outlive their senders.
 */
interface FollowContract extends Environment {

	@Test
	default void aTaskOfASenderThatDiedIsFollowedToItsResult() {
		assumeThat(raw(new ArrayList<>()).tasks().capability(KeptResults.class)).isPresent();
		KiwiCommunicator died = process();
		List<TaskHandle<String>> sent = List.of(died.sendTask("follow", "a", String.class),
				died.sendTask("follow", "b", String.class), died.sendTask("follow", "c", String.class));
		sent.forEach((handle) -> get(handle.accepted()));
		kill(died);
		KiwiCommunicator worker = process(1, 1);
		Semaphore release = new Semaphore(1);
		CompletableFuture<Void> second = new CompletableFuture<>();
		worker.addTaskSubscriber("follow", String.class, (text, task) -> {
			if (!text.equals("a")) {
				second.complete(null);
			}
			release.acquire();
			return text + text;
		});
		get(second);
		KiwiCommunicator restarted = process();
		assertThat(get(restarted.followTask(sent.get(0).id(), String.class).result())).as("over before")
			.isEqualTo("aa");
		TaskHandle<String> running = restarted.followTask(sent.get(1).id(), String.class);
		assertThat(running.accepted()).isCompleted();
		release.release(2);
		assertThat(get(running.result())).isEqualTo("bb");
		assertThat(get(restarted.followTask(sent.get(2).id(), String.class).result())).isEqualTo("cc");
	}

	@Test
	default void theSenderItselfMayFollowItTwice() {
		KiwiCommunicator kiwi = process();
		TaskHandle<String> handle = kiwi.sendTask("follow", "x", String.class);
		TaskHandle<String> again = kiwi.followTask(handle.id(), String.class);
		kiwi.addTaskSubscriber("follow", String.class, (text, task) -> text);
		assertThat(get(handle.result())).isEqualTo("x");
		assertThat(get(again.result())).isEqualTo("x");
		await().atMost(PATIENCE).until(() -> again.result().isDone());
	}

	@Test
	default void aTaskThatWasSentWithoutAResultTypeHasNone() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("follow", String.class, (text, task) -> text);
		SentTask sent = kiwi.sendTask("follow", "x");
		get(sent.accepted());
		assumeThat(raw(new ArrayList<>()).tasks().capability(TaskStates.class)).isPresent();
		assertThat(failure(kiwi.followTask(sent.id(), String.class).result())).isExactlyInstanceOf(KiwiException.class)
			.hasMessageContaining("without a result type");
		assertThat(get(kiwi.followTask(sent.id(), Void.class).result())).isNull();
	}

	@Test
	default void aTaskThatNobodyKnowsIsNotWaitedFor() {
		KiwiCommunicator kiwi = process();
		assertThat(failure(kiwi.followTask("nobody-knows-1", String.class).result())).isInstanceOf(KiwiException.class)
			.hasMessageContaining("nobody-knows-1");
	}

	@Test
	default void whoKnowsWhereATaskIsTellsAndWhoDoesNotSaysSo() {
		KiwiCommunicator kiwi = process();
		if (raw(new ArrayList<>()).tasks().capability(TaskStates.class).isEmpty()) {
			assertThat(failure(kiwi.taskState("any-1"))).isInstanceOf(NotSupportedByTransportException.class);
			return;
		}
		TaskHandle<String> queued = kiwi.sendTask("state", "run", String.class);
		TaskHandle<String> failing = kiwi.sendTask("state", "fail", String.class);
		TaskHandle<String> delayed = kiwi.sendTask(Task.of("state", "later").withDelay(Duration.ofHours(1)),
				String.class);
		get(delayed.accepted());
		KiwiCommunicator other = process();
		assertThat(get(other.taskState(queued.id()))).isEqualTo(TaskState.QUEUED);
		assertThat(get(other.taskState(delayed.id()))).isEqualTo(TaskState.DELAYED);
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		kiwi.addTaskSubscriber("state", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			if (text.equals("fail")) {
				throw new IllegalStateException("broken");
			}
			return text;
		});
		get(begun);
		assertThat(get(other.taskState(queued.id()))).isEqualTo(TaskState.RUNNING);
		release.release(10);
		get(queued.result());
		failure(failing.result());
		get(other.cancelTask(delayed.id()));
		assertThat(get(other.taskState(queued.id()))).isEqualTo(TaskState.SUCCEEDED);
		assertThat(get(other.taskState(failing.id()))).isEqualTo(TaskState.FAILED);
		assertThat(get(other.taskState(delayed.id()))).isEqualTo(TaskState.CANCELLED);
		assertThat(get(other.taskState("nobody-1"))).isEqualTo(TaskState.UNKNOWN);
	}

}

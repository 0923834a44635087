package dev.kiwi.test.contract;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.QueueInfo;
import dev.kiwi.TaskHandle;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Queues that are not to be worked on for a while.
 */
interface PauseContract extends Environment {

	@Test
	default void aQueueIsPausedAndResumedForAllWorkers() {
		KiwiCommunicator operator = process();
		KiwiCommunicator worker = process(1, 2);
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		ready(worker.addTaskSubscriber("pause", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			return text;
		}));
		TaskHandle<String> running = operator.sendTask("pause", "a", String.class);
		get(begun);
		paused(operator, "pause", worker);
		TaskHandle<String> waiting = operator.sendTask("pause", "b", String.class);
		get(waiting.accepted());
		release.release(2);
		assertThat(get(running.result())).as("what runs goes on").isEqualTo("a");
		KiwiCommunicator late = process(1, 1);
		late.addTaskSubscriber("pause", String.class, (text, task) -> text + " late");
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(late.admin().pausedQueues()).containsExactly("pause"));
		QueueInfo queue = await().atMost(PATIENCE)
			.until(() -> operator.admin().queues().stream().filter((info) -> info.name().equals("pause")).findFirst(),
					(found) -> found.isPresent() && found.get().workers() == 2)
			.orElseThrow();
		assertThat(queue.paused()).isEqualTo(2);
		operator.admin().resume("pause");
		assertThat(get(waiting.result())).startsWith("b");
		await().atMost(PATIENCE).until(() -> late.admin().pausedQueues().isEmpty());
	}

	@Test
	default void aQueueIsPausedHereWhileOthersWorkOn() {
		KiwiCommunicator paused = process(1, 1);
		KiwiCommunicator other = process(1, 1);
		paused.admin().pauseHere("here");
		ready(paused.addTaskSubscriber("here", String.class, (text, task) -> "paused " + text));
		TaskHandle<String> first = paused.sendTask("here", "a", String.class);
		ready(other.addTaskSubscriber("here", String.class, (text, task) -> "other " + text));
		assertThat(get(first.result())).isEqualTo("other a");
		other.admin().pauseHere("here");
		assertThat(other.admin().pausedQueues()).isEqualTo(Set.of("here"));
		TaskHandle<String> second = paused.sendTask("here", "b", String.class);
		get(second.accepted());
		paused.admin().resumeHere("here");
		assertThat(get(second.result())).isEqualTo("paused b");
	}

	@Test
	default void whatWasFetchedAndNotBegunIsHandedBack() {
		KiwiCommunicator worker = process(1, 5);
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		ready(worker.addTaskSubscriber("fetched", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			return "first";
		}));
		TaskHandle<String> first = worker.sendTask("fetched", "a", String.class);
		TaskHandle<String> second = worker.sendTask("fetched", "b", String.class);
		get(begun);
		worker.admin().pauseHere("fetched");
		KiwiCommunicator other = process(1, 1);
		ready(other.addTaskSubscriber("fetched", String.class, (text, task) -> "other"));
		assertThat(get(second.result())).isEqualTo("other");
		release.release(2);
		assertThat(get(first.result())).isEqualTo("first");
	}

	/** Pauses, and waits until a worker has heard of it. */
	private static void paused(KiwiCommunicator operator, String queue, KiwiCommunicator worker) {
		await().atMost(PATIENCE).until(() -> {
			operator.admin().pause(queue);
			return worker.admin().pausedQueues().contains(queue);
		});
	}

}

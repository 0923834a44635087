package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Workers that are restarted while there is work.
 */
interface ShutdownContract extends Environment {

	@Test
	default void aHandlerThatTakesTooLongIsInterruptedAndItsTaskGoesToAnother() {
		KiwiCommunicator closing = process((settings) -> settings.withShutdownTimeout(Duration.ofMillis(200)));
		KiwiCommunicator sender = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> returned = new CompletableFuture<>();
		closing.addTaskSubscriber("long", String.class, (text, task) -> {
			begun.complete(null);
			try {
				new Semaphore(0).acquire();
			}
			catch (InterruptedException ex) {
				// what it began is undone before anybody else may begin
				assertThat(new Semaphore(0).tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
				returned.complete(null);
				throw ex;
			}
			return null;
		});
		TaskHandle<Boolean> handle = sender.sendTask("long", "x", Boolean.class);
		get(begun);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(closing::close);
		process().addTaskSubscriber("long", String.class, (text, task) -> returned.isDone());
		assertThat(get(handle.result())).as("the first had returned when the second began").isTrue();
		get(closed);
		assertThat(sender.deadLetters().list()).isEmpty();
	}

	@Test
	default void inARollingRestartNoTaskIsLostAndNoneRunsTwice() {
		KiwiCommunicator sender = process();
		Map<String, Integer> ends = new ConcurrentHashMap<>();
		List<KiwiCommunicator> workers = new ArrayList<>();
		for (int count = 0; count < 3; count++) {
			workers.add(restartable(ends));
		}
		List<TaskHandle<Integer>> handles = IntStream.range(0, 600)
			.mapToObj((number) -> sender.sendTask("roll", number, Integer.class))
			.toList();
		for (int count = 0; count < 3; count++) {
			int done = ends.size();
			await().atMost(PATIENCE).until(() -> ends.size() > Math.min(done + 50, 590));
			workers.get(count).close();
			workers.set(count, restartable(ends));
		}
		for (int number = 0; number < 600; number++) {
			assertThat(get(handles.get(number).result())).isEqualTo(number);
		}
		assertThat(ends).hasSize(600).allSatisfy((id, times) -> assertThat(times).isOne());
	}

	private KiwiCommunicator restartable(Map<String, Integer> ends) {
		KiwiCommunicator worker = process((settings) -> settings.withShutdownTimeout(PATIENCE)
			.withTasks(QueueSettings.defaults().withConcurrency(2).withPrefetch(10)));
		ready(worker.addTaskSubscriber("roll", Integer.class, (number, task) -> {
			assertThat(new Semaphore(0).tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
			ends.merge(task.id(), 1, Integer::sum);
			return number;
		}));
		return worker;
	}

}

package dev.kiwi.test.contract;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskLostException;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What AiiDA asks of whatever carries its processes, one test for each of its eight
 * requirements. The other rooms of the contract go into the details.
 */
interface RequirementsContract extends Environment {

	@Test
	default void requirement1TaskQueuesCallsAndBroadcasts() {
		KiwiCommunicator worker = process();
		KiwiCommunicator client = process();
		CompletableFuture<String> heard = new CompletableFuture<>();
		ready(worker.addTaskSubscriber("all", String.class, (text, task) -> "done " + text));
		ready(worker.addRpcSubscriber("process.1", String.class, (text, call) -> "answered " + text));
		ready(client.addBroadcastSubscriber(BroadcastFilter.subject("state_changed.*"), String.class,
				(text, broadcast) -> heard.complete(text)));
		assertThat(get(client.sendTask("all", "x", String.class).result())).isEqualTo("done x");
		assertThat(get(client.callRpc("process.1", "y", String.class))).isEqualTo("answered y");
		get(worker.sendBroadcast(Broadcast.of("state_changed.running.finished", "z")));
		assertThat(get(heard)).isEqualTo("z");
	}

	@Test
	default void requirement2AProcessIsRunByOneWorkerAtATime() {
		Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger runs = new AtomicInteger();
		for (int number = 0; number < 3; number++) {
			process(4, 8).addTaskSubscriber("one", Integer.class, (millis, task) -> {
				AtomicInteger here = running.computeIfAbsent(task.id(), (id) -> new AtomicInteger());
				most.accumulateAndGet(here.incrementAndGet(), Math::max);
				runs.incrementAndGet();
				new Semaphore(0).tryAcquire(millis, TimeUnit.MILLISECONDS);
				here.decrementAndGet();
				return millis;
			});
		}
		KiwiCommunicator sender = process();
		List<TaskHandle<Integer>> handles = new ArrayList<>();
		for (int number = 0; number < 60; number++) {
			handles.add(sender.sendTask("one", number % 10, Integer.class));
		}
		handles.forEach((handle) -> get(handle.result()));
		assertThat(most).hasValue(1);
		assertThat(runs).hasValue(60);
	}

	@Test
	default void requirement3AnErrorMayMeanThatATaskNeverRunsButNotThatTwoRunIt() {
		QueueSettings once = QueueSettings.defaults().withGuarantee(DeliveryGuarantee.AT_MOST_ONCE);
		KiwiCommunicator victim = process((settings) -> settings.withTasks(once));
		KiwiCommunicator other = process((settings) -> settings.withTasks(once));
		CompletableFuture<Void> begun = new CompletableFuture<>();
		victim.addTaskSubscriber("never-twice", String.class, (text, task) -> {
			begun.complete(null);
			new Semaphore(0).acquire();
			return "victim";
		});
		TaskHandle<String> handle = other.sendTask("never-twice", "x", String.class);
		get(begun);
		kill(victim);
		CompletableFuture<Integer> launched = new CompletableFuture<>();
		other.addTaskSubscriber("never-twice", String.class, (text, task) -> {
			launched.complete(task.launch());
			return "other";
		});
		assertThat(failure(handle.result())).isInstanceOf(TaskLostException.class);
		// what was lost is easy to see and to relaunch, and until then nobody runs it
		assertThat(letter(other).id()).isEqualTo(handle.id());
		assertThat(launched).isNotDone();
		assertThat(other.deadLetters().relaunch(handle.id())).isTrue();
		assertThat(get(launched)).isOne();
	}

	@Test
	default void requirement4LongTasksManyShortOnesAndChainsGoTogether() {
		KiwiCommunicator worker = process(8, 8);
		KiwiCommunicator sender = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		worker.addTaskSubscriber("together", Integer.class, (left, task) -> {
			if (left < 0) {
				begun.complete(null);
				release.acquire();
			}
			// each waits for the next one without holding a thread
			return (left > 0)
					? worker.sendTask("together", left - 1, Integer.class).result().thenApply((links) -> links + 1)
					: CompletableFuture.completedFuture(0);
		});
		TaskHandle<Integer> days = sender.sendTask("together", -1, Integer.class);
		get(begun);
		List<TaskHandle<Integer>> brief = new ArrayList<>();
		for (int number = 0; number < 100; number++) {
			brief.add(sender.sendTask("together", 0, Integer.class));
		}
		brief.forEach((handle) -> assertThat(get(handle.result())).isZero());
		assertThat(get(sender.sendTask("together", 3, Integer.class).result())).isEqualTo(3);
		assertThat(days.result()).isNotDone();
		release.release();
		assertThat(get(days.result())).isZero();
	}

	/** Twenty milliseconds of CPU in two seconds are one hundredth of one core. */
	@Test
	default void requirement5NoLoadWhenNothingHappens() {
		KiwiCommunicator kiwi = process();
		ready(kiwi.addTaskSubscriber("idle", String.class, (text, task) -> text));
		ready(kiwi.addRpcSubscriber("idle", String.class, (text, call) -> text));
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (text, broadcast) -> {
		}));
		assertThat(get(kiwi.sendTask("idle", "x", String.class).result())).isEqualTo("x");
		await().atMost(PATIENCE).until(() -> {
			Map<Long, Long> before = cpuNanos();
			long begin = System.nanoTime();
			await().pollInterval(Duration.ofSeconds(1)).until(() -> System.nanoTime() - begin > 2_000_000_000L);
			long used = 0;
			for (Map.Entry<Long, Long> thread : cpuNanos().entrySet()) {
				used += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
			}
			return used < 20_000_000L;
		});
	}

	private static Map<Long, Long> cpuNanos() {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		Map<Long, Long> nanos = new HashMap<>();
		for (long id : threads.getAllThreadIds()) {
			if (id != Thread.currentThread().getId()) {
				nanos.put(id, Math.max(0, threads.getThreadCpuTime(id)));
			}
		}
		return nanos;
	}

	@Test
	default void requirement6WorkersAndSubmittersMeetAtTheServerOnly() {
		KiwiCommunicator submitter = process((settings) -> settings);
		TaskHandle<Point> handle = submitter.sendTask("apart", new Point(1, 2), Point.class);
		get(handle.accepted());
		KiwiCommunicator worker = process();
		worker.addTaskSubscriber("apart", Point.class, (point, task) -> point.swapped());
		assertThat(get(handle.result())).isEqualTo(new Point(2, 1));
	}

	@Test
	default void requirement7WhatIsOverLeavesNothingInTheQueues() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("gone", Integer.class, (number, task) -> {
			if (number % 10 == 0) {
				throw new IllegalStateException("broken");
			}
			return number;
		});
		List<TaskHandle<Integer>> handles = new ArrayList<>();
		for (int number = 0; number < 100; number++) {
			handles.add(kiwi.sendTask("gone", number, Integer.class));
		}
		await().atMost(PATIENCE).until(() -> handles.stream().allMatch((handle) -> handle.result().isDone()));
		await().atMost(PATIENCE).until(() -> kiwi.deadLetters().list().size() == 10);
		assertThat(kiwi.deadLetters().discard((letter) -> true)).isEqualTo(10);
		assertThat(kiwi.deadLetters().list()).isEmpty();
		assertThat(process().taskQueue("gone").next(Duration.ZERO)).isEmpty();
	}

	@Test
	default void requirement8WorkersComeAndGoAndTheUserBoundsTheLoad() {
		AtomicInteger most = new AtomicInteger();
		KiwiCommunicator first = process(2, 2);
		work(first, most);
		KiwiCommunicator sender = process();
		List<TaskHandle<Integer>> handles = new ArrayList<>();
		for (int number = 0; number < 120; number++) {
			handles.add(sender.sendTask("load", number, Integer.class));
		}
		get(handles.get(20).result());
		work(process(2, 2), most);
		kill(first);
		get(handles.get(60).result());
		work(process(2, 2), most);
		for (int number = 0; number < handles.size(); number++) {
			assertThat(get(handles.get(number).result())).isEqualTo(number);
		}
		assertThat(most).hasValueLessThanOrEqualTo(2);
	}

	private static void work(KiwiCommunicator worker, AtomicInteger most) {
		AtomicInteger running = new AtomicInteger();
		worker.addTaskSubscriber("load", Integer.class, (number, task) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			new Semaphore(0).tryAcquire(2, TimeUnit.MILLISECONDS);
			running.decrementAndGet();
			return number;
		});
	}

}

package dev.kiwi.test.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.kiwi.DeadLetter;
import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskUpdate;
import dev.kiwi.TypeRef;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tasks: from one sender to one of many workers, and the result back.
 */
interface TaskContract extends Environment {

	@Test
	default void aResultComesBackWithItsType() {
		KiwiCommunicator worker = process();
		worker.addTaskSubscriber("swap", Point.class, (point, task) -> point.swapped());
		TaskHandle<Point> handle = process().sendTask("swap", new Point(1, 2), Point.class);
		assertThat(get(handle.result())).isEqualTo(new Point(2, 1));
		assertThat(handle.accepted()).isCompleted();
		assertThat(handle.isPending()).isFalse();
	}

	@Test
	default void genericTypesComeBackAsTheyAre() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("swap", new TypeRef<List<Point>>() {
		}, (points, task) -> points.stream().map(Point::swapped).toList());
		assertThat(get(kiwi.sendTask(Task.of("swap", List.of(new Point(1, 2))), new TypeRef<List<Point>>() {
		}).result())).containsExactly(new Point(2, 1));
	}

	@Test
	default void nullIsAPayloadAndAResult() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("null", Point.class, (point, task) -> point);
		assertThat(get(kiwi.sendTask("null", null, Point.class).result())).isNull();
	}

	@Test
	default void aTaskWithoutReplyIsDone() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> done = new CompletableFuture<>();
		kiwi.addTaskSubscriber("quiet", String.class, (text, task) -> done.complete(text));
		SentTask sent = kiwi.sendTask("quiet", "hush");
		get(sent.accepted());
		assertThat(get(done)).isEqualTo("hush");
	}

	@Test
	default void aTaskThatNobodyWorksOnIsAcceptedAndWaits() {
		KiwiCommunicator kiwi = process();
		TaskHandle<String> handle = kiwi.sendTask("later", "x", String.class);
		get(handle.accepted());
		assertThat(handle.result()).isNotDone();
		process().addTaskSubscriber("later", String.class, (text, task) -> text + text);
		assertThat(get(handle.result())).isEqualTo("xx");
	}

	@Test
	default void aTaskWithoutQueueGoesToTheDefaultQueueAndQueuesDoNotMix() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("default", String.class, (text, task) -> "default " + task.queue());
		kiwi.addTaskSubscriber("other", String.class, (text, task) -> "other " + task.queue());
		assertThat(get(kiwi.sendTask(Task.of("x"), String.class).result())).isEqualTo("default default");
		assertThat(get(kiwi.sendTask("other", "x", String.class).result())).isEqualTo("other other");
	}

	@Test
	default void theHandlerKnowsIdHeadersAndAttempt() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("context", String.class, (text, task) -> List.of(task.id(), task.headers().toString(),
				"attempt " + task.attempt(), "redelivered " + task.isRedelivered()));
		TaskHandle<List<String>> handle = kiwi.sendTask(Task.of("context", "x").withHeader("project", "water"),
				new TypeRef<List<String>>() {
				});
		assertThat(get(handle.result())).containsExactly(handle.id(), "{project=water}", "attempt 1",
				"redelivered false");
	}

	@Test
	default void headersOfKiwisOwnAreRefused() {
		KiwiCommunicator kiwi = process();
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.sendTask(Task.of("context", "x").withHeader("kiwi-attempts", "7")));
	}

	@Test
	default void anExceptionReachesTheSenderAndTheTaskIsKept() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("fail", String.class, (text, task) -> {
			throw new IllegalStateException("no convergence");
		});
		TaskHandle<String> handle = kiwi.sendTask("fail", "x", String.class);
		assertThat(failure(handle.result())).isInstanceOfSatisfying(RemoteException.class, (ex) -> {
			assertThat(ex).hasMessageContaining("no convergence")
				.hasMessageContaining("fail")
				.hasMessageContaining(handle.id());
			assertThat(ex.remoteType()).isEqualTo(IllegalStateException.class.getName());
		});
		DeadLetter kept = letter(kiwi);
		assertThat(kept.id()).isEqualTo(handle.id());
		assertThat(kept.queue()).isEqualTo("fail");
		assertThat(kept.reason()).contains("no convergence");
	}

	@Test
	default void aHandlerMayFinishLater() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> later = new CompletableFuture<>();
		kiwi.addTaskSubscriber("async", String.class, (text, task) -> later);
		TaskHandle<String> handle = kiwi.sendTask("async", "x", String.class);
		CompletableFuture<TaskUpdate> heard = new CompletableFuture<>();
		handle.onUpdate(heard::complete);
		assertThat(get(heard)).isInstanceOf(TaskUpdate.Pending.class);
		assertThat(handle.isPending()).isTrue();
		assertThat(handle.result()).isNotDone();
		later.complete("done");
		assertThat(get(handle.result())).isEqualTo("done");
	}

	@Test
	default void aStageThatFailsOrIsCancelledArrivesAsThat() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> failing = new CompletableFuture<>();
		CompletableFuture<String> cancelled = new CompletableFuture<>();
		kiwi.addTaskSubscriber("async", Boolean.class, (fails, task) -> fails ? failing : cancelled);
		TaskHandle<String> failed = kiwi.sendTask("async", true, String.class);
		TaskHandle<String> stopped = kiwi.sendTask("async", false, String.class);
		await().atMost(PATIENCE).until(() -> failed.isPending() && stopped.isPending());
		failing.completeExceptionally(new IllegalStateException("late trouble"));
		cancelled.cancel(false);
		assertThat(failure(failed.result())).isInstanceOf(RemoteException.class).hasMessageContaining("late trouble");
		assertThat(failure(stopped.result())).isInstanceOf(CancellationException.class);
		assertThat(stopped.result()).isCancelled();
	}

	@Test
	default void concurrencyIsReachedAndNeverExceeded() {
		KiwiCommunicator worker = process(3, 10);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch three = new CountDownLatch(3);
		worker.addTaskSubscriber("busy", Integer.class, (number, task) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			three.countDown();
			boolean reached = three.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			running.decrementAndGet();
			return reached;
		});
		List<TaskHandle<Boolean>> handles = IntStream.range(0, 50)
			.mapToObj((number) -> worker.sendTask("busy", number, Boolean.class))
			.toList();
		handles.forEach((handle) -> assertThat(get(handle.result())).isTrue());
		assertThat(most).hasValue(3);
	}

	@Test
	default void whatOneWorkerHasNotPrefetchedAnotherGets() {
		KiwiCommunicator busy = process(1, 1);
		KiwiCommunicator free = process(1, 1);
		KiwiCommunicator sender = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<String> begun = new CompletableFuture<>();
		ready(busy.addTaskSubscriber("share", String.class, (text, task) -> {
			begun.complete(task.id());
			release.acquire();
			return "busy";
		}));
		TaskHandle<String> first = sender.sendTask("share", "x", String.class);
		assertThat(get(begun)).isEqualTo(first.id());
		free.addTaskSubscriber("share", String.class, (text, task) -> "free");
		assertThat(get(sender.sendTask("share", "y", String.class).result())).isEqualTo("free");
		assertThat(get(sender.sendTask("share", "z", String.class).result())).isEqualTo("free");
		release.release();
		assertThat(get(first.result())).isEqualTo("busy");
	}

	@Test
	default void whatWaitedForItsFirstSubscriberWasNotGivenOutBefore() {
		KiwiCommunicator worker = process(4, 1_000);
		for (int round = 0; round < 5; round++) {
			String queue = "first" + round;
			List<TaskHandle<Boolean>> handles = IntStream.range(0, 1_000)
				.mapToObj((number) -> worker.sendTask(queue, number, Boolean.class))
				.toList();
			handles.forEach((handle) -> get(handle.accepted()));
			worker.addTaskSubscriber(queue, Integer.class, (number, task) -> task.isRedelivered());
			assertThat(handles.stream().map((handle) -> get(handle.result())))
				.allSatisfy((redelivered) -> assertThat(redelivered).isFalse());
		}
	}

	@Test
	default void oneWorkerKeepsTheOrder() {
		KiwiCommunicator worker = process(1, 20);
		KiwiCommunicator sender = process();
		List<Integer> order = new ArrayList<>();
		List<TaskHandle<Boolean>> handles = IntStream.range(0, 200)
			.mapToObj((number) -> sender.sendTask("order", number, Boolean.class))
			.toList();
		worker.addTaskSubscriber("order", Integer.class, (number, task) -> order.add(number));
		handles.forEach((handle) -> get(handle.result()));
		assertThat(order).isEqualTo(IntStream.range(0, 200).boxed().toList());
	}

	@Test
	default void severalSubscribersOfAProcessTakeTurns() {
		KiwiCommunicator kiwi = process(1, 1);
		kiwi.addTaskSubscriber("turns", String.class, (text, task) -> "a");
		kiwi.addTaskSubscriber("turns", String.class, (text, task) -> "b");
		List<String> results = IntStream.range(0, 10)
			.mapToObj((number) -> get(kiwi.sendTask("turns", "x", String.class).result()))
			.toList();
		assertThat(results).containsOnly("a", "b")
			.satisfies((all) -> assertThat(all.stream().filter("a"::equals)).hasSize(5));
	}

	@Test
	default void aClosedSubscriberGetsNothingMoreAndWhatItHadNotBegunGoesToOthers() {
		KiwiCommunicator closing = process(1, 10);
		KiwiCommunicator sender = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<String> begun = new CompletableFuture<>();
		Subscription subscription = ready(closing.addTaskSubscriber("leave", String.class, (text, task) -> {
			begun.complete(task.id());
			release.acquire();
			return "closing";
		}));
		List<TaskHandle<String>> handles = IntStream.range(0, 5)
			.mapToObj((number) -> sender.sendTask("leave", "x", String.class))
			.toList();
		String running = get(begun);
		subscription.close();
		KiwiCommunicator staying = process();
		staying.addTaskSubscriber("leave", String.class, (text, task) -> "staying");
		handles.stream()
			.filter((handle) -> !handle.id().equals(running))
			.forEach((handle) -> assertThat(get(handle.result())).isEqualTo("staying"));
		assertThat(subscription.ended().toCompletableFuture()).isNotDone();
		release.release();
		get(subscription.ended());
		handles.stream()
			.filter((handle) -> handle.id().equals(running))
			.forEach((handle) -> assertThat(get(handle.result())).isEqualTo("closing"));
	}

	@Test
	default void whatAKilledWorkerHeldIsDoneByAnother() {
		KiwiCommunicator victim = process(2, 10);
		KiwiCommunicator sender = process();
		CountDownLatch begun = new CountDownLatch(2);
		ready(victim.addTaskSubscriber("kill", Integer.class, (number, task) -> {
			begun.countDown();
			new Semaphore(0).acquire();
			return null;
		}));
		List<TaskHandle<Boolean>> handles = IntStream.range(0, 8)
			.mapToObj((number) -> sender.sendTask("kill", number, Boolean.class))
			.toList();
		await().atMost(PATIENCE).until(() -> begun.getCount() == 0);
		kill(victim);
		process().addTaskSubscriber("kill", Integer.class, (number, task) -> task.isRedelivered());
		assertThat(handles.stream().map((handle) -> get(handle.result())).filter((redelivered) -> redelivered))
			.hasSizeGreaterThanOrEqualTo(2);
	}

	@Test
	default void manyTasksOverSeveralWorkersAreDoneOnceEach() {
		KiwiCommunicator sender = process();
		Map<String, Integer> runs = new ConcurrentHashMap<>();
		for (int worker = 0; worker < 3; worker++) {
			process(4, 20).addTaskSubscriber("many", Integer.class, (number, task) -> {
				runs.merge(task.id(), 1, Integer::sum);
				return number + 1;
			});
		}
		List<TaskHandle<Integer>> handles = IntStream.range(0, 2_000)
			.mapToObj((number) -> sender.sendTask("many", number, Integer.class))
			.toList();
		for (int number = 0; number < handles.size(); number++) {
			assertThat(get(handles.get(number).result())).isEqualTo(number + 1);
		}
		assertThat(runs).hasSize(2_000).allSatisfy((id, times) -> assertThat(times).isOne());
	}

	@Test
	default void callbacksMayBlockOnOtherResults() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("echo", Integer.class, (number, task) -> number);
		ConcurrentLinkedQueue<CompletableFuture<Integer>> chained = new ConcurrentLinkedQueue<>();
		for (int number = 0; number < 5; number++) {
			int next = number + 100;
			chained.add(kiwi.sendTask("echo", number, Integer.class)
				.result()
				.thenApply((result) -> get(kiwi.sendTask("echo", next, Integer.class).result())));
		}
		assertThat(chained.stream().map(this::get)).containsExactly(100, 101, 102, 103, 104);
	}

	@Test
	default void aHandlerThatBlocksHoldsUpNothingElse() {
		KiwiCommunicator kiwi = process();
		Semaphore release = new Semaphore(0);
		kiwi.addTaskSubscriber("stuck", Integer.class, (number, task) -> {
			release.acquire();
			return number;
		});
		kiwi.addTaskSubscriber("free", Integer.class, (number, task) -> number);
		List<TaskHandle<Integer>> stuck = IntStream.range(0, 20)
			.mapToObj((number) -> kiwi.sendTask("stuck", number, Integer.class))
			.toList();
		assertThat(get(kiwi.sendTask("free", 7, Integer.class).result())).isEqualTo(7);
		release.release(20);
		stuck.forEach((handle) -> get(handle.result()));
	}

}

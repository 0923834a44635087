package dev.kiwi.test.contract;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import java.util.concurrent.atomic.AtomicInteger;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionListener;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskRejectedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Users' code runs on kiwi's executor only, so that it may block.
 */
interface ThreadContract extends Environment {

	@Test
	default void handlersAndCallbacksRunOnKiwisExecutor() {
		KiwiCommunicator kiwi = process();
		Map<String, String> threads = new ConcurrentHashMap<>();
		Semaphore release = new Semaphore(0);
		kiwi.addTaskSubscriber("where", String.class, (text, task) -> {
			release.acquire();
			return note(threads, "task");
		});
		ready(kiwi.addRpcSubscriber("where", String.class, (text, call) -> {
			release.acquire();
			return note(threads, "rpc");
		}));
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(text, broadcast) -> note(threads, "broadcast")));
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void closed() {
				note(threads, "closed");
			}

		});
		var result = kiwi.sendTask("where", "x", String.class).result().thenRun(() -> note(threads, "result"));
		var answer = kiwi.callRpc("where", "x", String.class).thenRun(() -> note(threads, "answer"));
		var waiting = kiwi.sendTask("nobody", "x", String.class)
			.result()
			.whenComplete((nothing, failure) -> note(threads, "failure"));
		get(kiwi.sendBroadcast("where", "x"));
		release.release(2);
		get(result);
		get(answer);
		await().atMost(PATIENCE).until(() -> threads.containsKey("broadcast"));
		kiwi.close();
		failure(waiting);
		await().atMost(PATIENCE).until(() -> threads.containsKey("closed"));
		assertThat(threads).containsOnlyKeys("task", "rpc", "broadcast", "closed", "result", "answer", "failure")
			.allSatisfy((what, thread) -> assertThat(thread).as(what).matches("kiwi-\\d+"));
	}

	@Test
	default void whatHangsOnAStageThatIsCancelledRunsOnKiwisExecutor() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> stage = new CompletableFuture<>();
		CompletableFuture<String> thread = stage.handle((text, failure) -> Thread.currentThread().getName());
		kiwi.addTaskSubscriber("where", String.class, (text, task) -> stage);
		TaskHandle<String> handle = kiwi.sendTask("where", "x", String.class);
		await().atMost(PATIENCE).until(handle::isPending);
		handle.cancel();
		assertThat(get(thread)).matches("kiwi-\\d+");
	}

	@Test
	default void whoeverIsNextAfterAStageHasRejectedATaskRunsOnKiwisExecutor() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> stage = new CompletableFuture<>();
		AtomicInteger begun = new AtomicInteger();
		for (int number = 0; number < 2; number++) {
			kiwi.addTaskSubscriber("where", String.class,
					(text, task) -> (begun.incrementAndGet() == 1) ? stage : Thread.currentThread().getName());
		}
		TaskHandle<String> handle = kiwi.sendTask("where", "x", String.class);
		await().atMost(PATIENCE).until(handle::isPending);
		stage.completeExceptionally(new TaskRejectedException("not mine"));
		assertThat(get(handle.result())).matches("kiwi-\\d+");
	}

	@Test
	default void whoIsInterruptedCanSendWhereThereIsRoom() {
		KiwiCommunicator kiwi = process();
		List<String> heard = new CopyOnWriteArrayList<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (text, broadcast) -> heard.add(text)));
		ready(kiwi.addRpcSubscriber("sends", String.class, (text, call) -> text));
		kiwi.addTaskSubscriber("sends", String.class, (text, task) -> text);
		for (String text : List.of("first", "interrupted")) {
			if (!heard.isEmpty()) {
				Thread.currentThread().interrupt();
			}
			CompletableFuture<Void> told = kiwi.sendBroadcast("sends", text);
			CompletableFuture<String> answer = kiwi.callRpc("sends", text, String.class);
			CompletableFuture<String> result = kiwi.sendTask("sends", text, String.class).result();
			assertThat(Thread.interrupted()).isEqualTo(text.equals("interrupted"));
			get(told);
			assertThat(get(answer)).isEqualTo(text);
			assertThat(get(result)).isEqualTo(text);
			await().atMost(PATIENCE).until(() -> heard.contains(text));
		}
	}

	@Test
	default void listenersAndCalleesThatBlockHoldUpNothingElse() {
		KiwiCommunicator kiwi = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<String> stuck = new CompletableFuture<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (text, broadcast) -> {
			stuck.complete(text);
			release.acquire();
		}));
		ready(kiwi.addRpcSubscriber("stuck", String.class, (text, call) -> {
			release.acquire();
			return text;
		}));
		CompletableFuture<String> heard = new CompletableFuture<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.subject("second"), String.class,
				(text, broadcast) -> heard.complete(text)));
		kiwi.addTaskSubscriber("free", String.class, (text, task) -> text);
		ready(kiwi.addRpcSubscriber("free", String.class, (text, call) -> text));
		CompletableFuture<?>[] calls = new CompletableFuture<?>[20];
		for (int number = 0; number < calls.length; number++) {
			calls[number] = kiwi.callRpc("stuck", "x", String.class);
		}
		get(kiwi.sendBroadcast("first", "1"));
		get(stuck);
		get(kiwi.sendBroadcast("second", "2"));
		assertThat(get(heard)).isEqualTo("2");
		assertThat(get(kiwi.sendTask("free", "x", String.class).result())).isEqualTo("x");
		assertThat(get(kiwi.callRpc("free", "x", String.class))).isEqualTo("x");
		release.release(calls.length + 2);
		get(CompletableFuture.allOf(calls));
	}

	@Test
	default void aCallbackThatBlocksHoldsUpNoOtherResult() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<Void> release = new CompletableFuture<>();
		CompletableFuture<Void> entered = new CompletableFuture<>();
		Semaphore begin = new Semaphore(0);
		kiwi.addTaskSubscriber("gated", Integer.class, (number, task) -> {
			begin.acquire();
			return number;
		});
		CompletableFuture<Integer> blocked = kiwi.sendTask("gated", 1, Integer.class).result().thenApply((number) -> {
			entered.complete(null);
			get(release);
			return number;
		});
		begin.release(2);
		// not the result itself: who waits for a future may be made to run its callbacks
		get(entered);
		assertThat(get(kiwi.sendTask("gated", 2, Integer.class).result())).isEqualTo(2);
		assertThat(blocked).isNotDone();
		release.complete(null);
		assertThat(get(blocked)).isOne();
	}

	private static String note(Map<String, String> threads, String what) {
		String thread = Thread.currentThread().getName();
		threads.put(what, thread);
		return thread;
	}

}

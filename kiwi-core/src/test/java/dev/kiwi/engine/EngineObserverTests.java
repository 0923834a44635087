package dev.kiwi.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskRejectedException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an observer is told of the messages of a communicator.
 */
@Timeout(30)
class EngineObserverTests {

	private final Recorder recorder = new Recorder(Map.of("traceparent", "00-1-2-01", "kiwi-expires", "1"));

	private final InProcessBroker broker = new InProcessBroker();

	private final InProcessTransport transport = new InProcessTransport(this.broker);

	private final KiwiCommunicator kiwi = communicator(this.transport, this.recorder);

	@AfterEach
	void close() {
		this.kiwi.close();
	}

	@Test
	void seesATaskFromItsSenderToItsOutcome() {
		CompletableFuture<Map<String, String>> headers = new CompletableFuture<>();
		this.kiwi.addTaskSubscriber("work", String.class, (payload, task) -> {
			headers.complete(task.headers());
			return this.recorder.inScope.get();
		});
		TaskHandle<String> handle = this.kiwi.sendTask(Task.of("work", "x").withHeader("traceparent", "mine"),
				String.class);
		assertThat(join(handle.result())).isEqualTo(handle.id());
		assertThat(join(headers)).containsExactly(Map.entry("traceparent", "00-1-2-01"));
		told("sending TASK work", "sent TASK work", "handling TASK work", "SUCCEEDED TASK work");
	}

	@Test
	void seesAnAsynchronousTaskEndWithItsStage() {
		CompletableFuture<String> stage = new CompletableFuture<>();
		this.kiwi.addTaskSubscriber("work", String.class, (payload, task) -> stage);
		CompletableFuture<String> result = this.kiwi.sendTask("work", "x", String.class).result();
		await().untilAsserted(() -> assertThat(this.recorder.lines).contains("handling TASK work"));
		assertThat(this.recorder.lines).doesNotContain("SUCCEEDED TASK work");
		stage.complete("done");
		assertThat(join(result)).isEqualTo("done");
		told("SUCCEEDED TASK work");
	}

	@Test
	void seesEachAttempt() {
		this.kiwi.addTaskSubscriber("twice", String.class, (payload, task) -> {
			throw new IllegalStateException("as always");
		});
		this.kiwi.sendTask("twice", "x");
		told("RETRIED TASK twice: IllegalStateException", "event RETRIED TASK twice",
				"BURIED TASK twice: IllegalStateException", "event DEAD_LETTERED TASK twice");
	}

	@Test
	void seesATaskThatIsCancelledAndOneThatHasExpiredMeanwhile() {
		CountDownLatch never = new CountDownLatch(1);
		this.kiwi.addTaskSubscriber("single", String.class, (payload, task) -> never.await(1, TimeUnit.HOURS));
		TaskHandle<String> endless = this.kiwi.sendTask("single", "x", String.class);
		told("handling TASK single");
		join(this.kiwi.sendTask(Task.of("single", "x").withTimeToLive(Duration.ofMillis(1))).accepted());
		long sent = System.currentTimeMillis();
		await().until(() -> System.currentTimeMillis() > sent + 1);
		endless.cancel();
		told("CANCELLED TASK single: InterruptedException", "EXPIRED TASK single");
	}

	@Test
	void seesATaskThatNobodyWants() {
		this.kiwi.addTaskSubscriber("choosy", String.class, (payload, task) -> {
			throw new TaskRejectedException("not mine");
		});
		this.kiwi.addTaskSubscriber("choosy", String.class, (payload, task) -> {
			throw new TaskRejectedException("nor mine");
		});
		this.kiwi.sendTask("choosy", "x");
		told("REJECTED TASK choosy", "BURIED TASK choosy", "event DEAD_LETTERED TASK choosy");
		assertThat(this.recorder.lines).filteredOn("handling TASK choosy"::equals).hasSize(2);
	}

	@Test
	void seesATaskThatIsLostToAnotherWorker() {
		CountDownLatch never = new CountDownLatch(1);
		this.kiwi.addTaskSubscriber("work", String.class, (payload, task) -> never.await(1, TimeUnit.HOURS));
		this.kiwi.sendTask("work", "x");
		told("handling TASK work");
		Recorder second = new Recorder(Map.of());
		try (KiwiCommunicator other = communicator(new InProcessTransport(this.broker), second)) {
			other.addTaskSubscriber("work", String.class, (payload, task) -> payload);
			this.transport.close();
			told("OWNERSHIP_LOST TASK work: InterruptedException", "event OWNERSHIP_LOST TASK work");
			await().untilAsserted(() -> assertThat(second.lines).containsSubsequence("event REDELIVERED TASK work",
					"handling TASK work", "SUCCEEDED TASK work"));
		}
	}

	@Test
	void seesWhatBecomesOfAPulledTask() throws Exception {
		join(this.kiwi.sendTask(Task.of("work", "x")).accepted());
		try (IncomingTask task = this.kiwi.taskQueue("work").next(Duration.ofSeconds(5)).orElseThrow()) {
			told("handling TASK work");
			task.complete("done");
		}
		told("SUCCEEDED TASK work");
	}

	@Test
	void seesACallAndItsAnswer() {
		this.kiwi.addRpcSubscriber("double", Integer.class, (message, call) -> 2 * message);
		assertThat(join(this.kiwi.callRpc("double", 21, Integer.class))).isEqualTo(42);
		told("sending RPC double", "handling RPC double", "SUCCEEDED RPC double", "sent RPC double");
	}

	@Test
	void seesACallThatFailsOrIsReturned() {
		this.kiwi.addRpcSubscriber("fail", Integer.class, (message, call) -> {
			throw new IllegalStateException("no");
		});
		assertThat(this.kiwi.callRpc("fail", 1, Integer.class)).failsWithin(Duration.ofSeconds(5));
		told("FAILED RPC fail: IllegalStateException", "sent RPC fail: RemoteException");
		assertThat(this.kiwi.callRpc("nobody", 1, Integer.class)).failsWithin(Duration.ofSeconds(5));
		told("sent RPC nobody: UnroutableException", "event UNROUTABLE RPC nobody");
	}

	@Test
	void seesABroadcastAndEachOfItsListeners() {
		this.kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
		});
		this.kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (body, broadcast) -> {
			throw new IllegalStateException("deaf");
		});
		this.kiwi.sendBroadcast(Broadcast.of("news", "x"));
		told("sending BROADCAST news", "sent BROADCAST news");
		told("SUCCEEDED BROADCAST news");
		told("FAILED BROADCAST news: IllegalStateException");
		this.kiwi.sendBroadcast(Broadcast.of(null, "x"));
		told("sending BROADCAST ");
	}

	@Test
	void tellsHowBusyTheCommunicatorIs() {
		CountDownLatch enough = new CountDownLatch(1);
		CompletableFuture<Integer> answer = new CompletableFuture<>();
		this.kiwi.addTaskSubscriber("idle", String.class, (payload, task) -> payload);
		this.kiwi.addTaskSubscriber("busy", String.class, (payload, task) -> enough.await(1, TimeUnit.HOURS));
		this.kiwi.addRpcSubscriber("slow", String.class, (message, call) -> answer);
		CompletableFuture<Boolean> result = this.kiwi.sendTask("busy", "x", Boolean.class).result();
		CompletableFuture<Integer> call = this.kiwi.callRpc("slow", "x", Integer.class);
		EngineStatistics statistics = this.recorder.statistics;
		assertThat(statistics).isSameAs(this.kiwi);
		await().untilAsserted(() -> assertThat(statistics.snapshot())
			.isEqualTo(new EngineSnapshot(Map.of("idle", 0, "busy", 1), 1, 1, List.of(), Map.of())));
		enough.countDown();
		answer.complete(1);
		join(result);
		join(call);
		await().untilAsserted(() -> assertThat(statistics.snapshot())
			.isEqualTo(new EngineSnapshot(Map.of("idle", 0, "busy", 0), 0, 0, List.of(), Map.of())));
	}

	@Test
	void losesNoMessageToAnObserverThatFails() {
		EngineObserver failing = new EngineObserver() {

			@Override
			public Sending sending(MessageKind kind, String destination, Envelope envelope) {
				throw new IllegalStateException("sending");
			}

			@Override
			public Handling handling(MessageKind kind, String destination, Envelope envelope) {
				return (outcome, failure) -> {
					throw new IllegalStateException("handling");
				};
			}

			@Override
			public void happened(EngineEvent event, MessageKind kind, String destination) {
				throw new IllegalStateException("event");
			}

		};
		try (KiwiCommunicator observed = communicator(new InProcessTransport(), failing, this.recorder)) {
			observed.addTaskSubscriber("echo", String.class, (payload, task) -> payload);
			observed.addRpcSubscriber("echo", String.class, (message, call) -> message);
			assertThat(join(observed.sendTask("echo", "x", String.class).result())).isEqualTo("x");
			assertThat(join(observed.callRpc("echo", "y", String.class))).isEqualTo("y");
			assertThat(observed.callRpc("nobody", 1, Integer.class)).failsWithin(Duration.ofSeconds(5));
		}
		told("SUCCEEDED TASK echo");
		told("event UNROUTABLE RPC nobody");
	}

	@Test
	void nobodyNeedsToObserve() {
		try (KiwiCommunicator unseen = communicator(new InProcessTransport())) {
			unseen.addTaskSubscriber("echo", String.class, (payload, task) -> payload);
			unseen.addRpcSubscriber("echo", String.class, (message, call) -> message);
			assertThat(join(unseen.sendTask("echo", "x", String.class).result())).isEqualTo("x");
			assertThat(join(unseen.callRpc("echo", "y", String.class))).isEqualTo("y");
		}
		assertThat(Observers.of(List.of())).isSameAs(EngineObserver.NONE);
		assertThat(Observers.of(List.of(EngineObserver.NONE))).isSameAs(EngineObserver.NONE);
	}

	private void told(String... lines) {
		await().untilAsserted(() -> assertThat(this.recorder.lines).contains(lines));
	}

	private static <T> T join(CompletableFuture<T> future) {
		return future.orTimeout(10, TimeUnit.SECONDS).join();
	}

	private static KiwiCommunicator communicator(InProcessTransport transport, EngineObserver... observers) {
		Backoff soon = new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1));
		QueueSettings defaults = QueueSettings.defaults();
		EngineSettings settings = EngineSettings.defaults()
			.withTasks(defaults.withRejections(1, soon))
			.withQueue("twice", defaults.withRetry(2, soon))
			.withQueue("single", defaults.withConcurrency(1).withPrefetch(2))
			.withShutdownTimeout(Duration.ofSeconds(1));
		KiwiCommunicatorBuilder builder = KiwiCommunicatorBuilder.with(transport).settings(settings);
		List.of(observers).forEach(builder::observer);
		return builder.build();
	}

}

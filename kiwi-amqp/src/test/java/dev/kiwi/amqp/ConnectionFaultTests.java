package dev.kiwi.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.broker.FaultyProxy;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class ConnectionFaultTests {

	private static final Duration A_WHILE = Duration.ofSeconds(60);

	private static Broker broker;

	private final AmqpSettings settings = TestTransport.settings();

	@BeforeAll
	static void start() {
		broker = Brokers.dedicated();
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	@Test
	void everyAcceptedTaskSurvivesAKilledBroker() throws Exception {
		Map<String, CompletableFuture<Void>> sent = new LinkedHashMap<>();
		try (TestTransport kiwi = new TestTransport(broker, this.settings)) {
			kiwi.tasks().consume("work", 1, (delivery) -> delivery.settle(new Verdict.Release())).close();
			trusted(kiwi, "work");
			for (int number = 0; number < 3_000; number++) {
				if (number == 2_000) {
					broker.kill();
					broker.start();
				}
				sent.put("t" + number, kiwi.send("work", "t" + number));
			}
			await().atMost(A_WHILE).until(() -> sent.values().stream().allMatch(CompletableFuture::isDone));
			List<String> accepted = sent.entrySet()
				.stream()
				.filter((task) -> !task.getValue().isCompletedExceptionally())
				.map(Map.Entry::getKey)
				.toList();
			sent.values()
				.stream()
				.filter(CompletableFuture::isCompletedExceptionally)
				.forEach((task) -> assertThatThrownBy(task::join).hasCauseInstanceOf(ConnectionLostException.class)
					.hasMessageContaining("may have arrived or not"));
			assertThat(accepted).contains("t0", "t2999");
			Set<String> received = ConcurrentHashMap.newKeySet();
			kiwi.tasks().consume("work", 100, (delivery) -> {
				received.add(delivery.envelope().id());
				delivery.settle(new Verdict.Complete(null));
			});
			await().atMost(A_WHILE).untilAsserted(() -> assertThat(received).containsAll(accepted));
			assertThat(kiwi.lost).hasValue(1);
			await().untilAsserted(() -> assertThat(kiwi.recovered).hasValue(1));
		}
	}

	@Test
	void whateverIsSubscribedIsBackSoonAfterARestart() throws Exception {
		try (TestTransport kiwi = new TestTransport(broker, this.settings);
				TestTransport caller = new TestTransport(broker, this.settings)) {
			Queue<TaskDelivery> deliveries = new ConcurrentLinkedQueue<>();
			Queue<BroadcastEnvelope> heard = new ConcurrentLinkedQueue<>();
			AtomicInteger lostOwnership = new AtomicInteger();
			TestTransport.get(kiwi.tasks().consume("work", 10, deliveries::add).ready());
			TestTransport.get(kiwi.messages()
				.serve(RpcEndpoint.of("x").exclusive(), 10,
						(request) -> request.reply(TestTransport.reply(request.request().id(), Reply.Kind.RESULT)))
				.ready());
			TestTransport.get(kiwi.messages().listen(List.of(BroadcastFilter.any()), (broadcast) -> {
				heard.add(broadcast);
				return CompletableFuture.completedStage(null);
			}));
			trusted(caller, "work");
			TestTransport.get(deliveries.remove().settle(new Verdict.Complete(null)));
			Envelope task = TestTransport.envelope("kept", caller.instance);
			TestTransport.get(caller.tasks().send("work", task));
			await().until(() -> deliveries.size() == 1);
			TaskDelivery before = deliveries.remove();
			before.onOwnershipLost(lostOwnership::incrementAndGet);

			broker.kill();
			await().atMost(A_WHILE).until(() -> lostOwnership.get() == 1);
			assertThat(TestTransport.get(before.settle(new Verdict.Complete(null)))).isEqualTo(Settled.LOST_OWNERSHIP);
			broker.start();
			long up = System.nanoTime();
			await().atMost(A_WHILE).until(() -> deliveries.size() == 1);
			await().atMost(A_WHILE).until(() -> kiwi.recovered.get() == 1 && caller.recovered.get() == 1);
			assertThat(Duration.ofNanos(System.nanoTime() - up)).isLessThan(Duration.ofSeconds(5));
			TaskDelivery after = deliveries.remove();
			assertThat(after.envelope().id()).isEqualTo("kept");
			assertThat(after.isRedelivered()).isTrue();
			Reply result = TestTransport.reply("kept", Reply.Kind.RESULT);
			assertThat(TestTransport.get(after.settle(new Verdict.Complete(result)))).isEqualTo(Settled.DONE);
			await()
				.untilAsserted(() -> assertThat(caller.taskReplies).extracting(Reply::correlationId).contains("kept"));
			TestTransport.get(caller.messages().call("x", TestTransport.envelope("1"), A_WHILE));
			await().until(() -> caller.rpcReplies.size() == 1);
			TestTransport
				.get(caller.messages().publish(new BroadcastEnvelope("s", null, null, TestTransport.envelope("b"))));
			await().until(() -> heard.size() == 1);
			assertThat(kiwi.lost).hasValue(1);
		}
	}

	@Test
	void aBlockedBrokerTimesSendsOutAndAcksGoOn() throws Exception {
		AmqpSettings impatient = this.settings.withSendTimeout(Duration.ofSeconds(2)).withWindow(50, 1 << 20);
		try (TestTransport kiwi = new TestTransport(broker, impatient)) {
			trusted(kiwi, "work");
			for (int number = 0; number < 40; number++) {
				TestTransport.get(kiwi.send("work", "t" + number));
			}
			broker.memoryAlarm(true);
			try {
				AtomicInteger settled = new AtomicInteger();
				kiwi.tasks()
					.consume("work", 5, (delivery) -> delivery.settle(new Verdict.Complete(null))
						.thenAccept((outcome) -> settled.incrementAndGet()));
				await().atMost(A_WHILE).until(() -> settled.get() == 40);
				List<CompletableFuture<Void>> sent = new ArrayList<>();
				long begin = System.nanoTime();
				for (int number = 0; number < 60; number++) {
					sent.add(kiwi.tasks()
						.send("work", new Envelope("b" + number, null, null, Map.of(), new byte[100_000])));
				}
				await().until(() -> sent.stream().allMatch(CompletableFuture::isDone));
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
				sent.forEach((each) -> assertThatThrownBy(each::join).hasCauseInstanceOf(SendTimeoutException.class)
					.hasMessageContaining("blocks publishers"));
			}
			finally {
				broker.memoryAlarm(false);
			}
			TestTransport.get(kiwi.send("work", "after"));
		}
	}

	@Test
	void aBrokerThatStandsStillHoldsUpNoSenderBeyondItsTimeout() throws Exception {
		AmqpSettings impatient = this.settings.withSendTimeout(Duration.ofSeconds(1));
		try (TestTransport kiwi = new TestTransport(broker, impatient)) {
			trusted(kiwi, "work");
			broker.freeze();
			try {
				for (int number = 0; number < 100; number++) {
					long begin = System.nanoTime();
					kiwi.tasks().send("work", new Envelope("b" + number, null, null, Map.of(), new byte[1 << 20]));
					assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(1_500));
					if (number > 32) {
						break;
					}
				}
			}
			finally {
				broker.thaw();
			}
			await().atMost(A_WHILE).ignoreExceptions().until(() -> {
				TestTransport.get(kiwi.send("work", "after"));
				return true;
			});
		}
	}

	@Test
	void anExclusiveIdentifierComesBackAfterAHalfOpenConnection() throws Exception {
		try (FaultyProxy proxy = FaultyProxy.to(broker);
				TestTransport kiwi = new TestTransport(proxy.host(), proxy.port(), this.settings);
				TestTransport caller = new TestTransport(broker, this.settings)) {
			TestTransport.get(kiwi.messages()
				.serve(RpcEndpoint.of("x").exclusive(), 10,
						(request) -> request.reply(TestTransport.reply(request.request().id(), Reply.Kind.RESULT)))
				.ready());
			proxy.swallow();
			await().atMost(A_WHILE).until(() -> kiwi.lost.get() == 1);
			proxy.resume();
			await().atMost(A_WHILE).ignoreExceptions().until(() -> {
				caller.rpcReplies.clear();
				caller.messages().call("x", TestTransport.envelope("1"), A_WHILE).join();
				await().atMost(Duration.ofSeconds(1)).until(() -> caller.rpcReplies.size() == 1);
				return true;
			});
			await().until(() -> kiwi.recovered.get() == 1);
		}
	}

	/** A quorum queue that was just declared may come back empty. */
	private static void trusted(TestTransport kiwi, String queue) throws Exception {
		long begin = System.nanoTime();
		TestTransport.get(kiwi.send(queue, "first"));
		await().atMost(A_WHILE).until(() -> System.nanoTime() - begin > Duration.ofSeconds(2).toNanos());
		TaskDelivery first = TestTransport.get(kiwi.tasks().poll(queue, Duration.ofSeconds(1))).orElse(null);
		if (first != null) {
			TestTransport.get(first.settle(new Verdict.Complete(null)));
		}
	}

}

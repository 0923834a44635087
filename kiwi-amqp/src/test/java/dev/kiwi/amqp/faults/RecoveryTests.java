package dev.kiwi.amqp.faults;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.ConnectionListener;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.SentTask;
import dev.kiwi.TaskHandle;
import dev.kiwi.UnroutableException;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.broker.FaultyProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class RecoveryTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final QueueSettings settings = QueueSettings.defaults().withConcurrency(2);

	@Test
	void afterARestartOfTheBrokerSubscriptionsAreBackAndNobodyWaitsForEver() throws Exception {
		try (Broker broker = Brokers.dedicated();
				KiwiCommunicator server = Communicators.connect(broker.uri(), "kiwi", this.settings);
				KiwiCommunicator client = Communicators.connect(broker.uri(), "kiwi", this.settings)) {
			Events events = new Events();
			client.addConnectionListener(events);
			List<String> heard = new CopyOnWriteArrayList<>();
			Semaphore release = new Semaphore(0);
			ready(server.addTaskSubscriber("echo", String.class, (text, task) -> text).ready());
			ready(server.addRpcSubscriber("echo", String.class, (text, call) -> text).ready());
			ready(server.addRpcSubscriber(RpcEndpoint.of("only").exclusive(), String.class, (text, call) -> text)
				.ready());
			ready(server.addRpcSubscriber("stuck", String.class, (text, call) -> {
				release.acquire();
				return text;
			}).ready());
			ready(server
				.addBroadcastSubscriber(BroadcastFilter.subject("news.*"), String.class,
						(text, broadcast) -> heard.add(text))
				.ready());
			assertThat(get(client.sendTask("echo", "before", String.class).result())).isEqualTo("before");
			Communicators.trusted(System.nanoTime());
			CompletableFuture<String> waiting = client.callRpc("stuck", "x", String.class);
			broker.kill();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
				.withCauseInstanceOf(ConnectionLostException.class);
			broker.start();
			assertThat(get(client.sendTask("echo", "after", String.class).result())).isEqualTo("after");
			await().atMost(PATIENCE)
				.until(() -> "after".equals(answer(client, "echo")) && "after".equals(answer(client, "only")));
			await().atMost(PATIENCE).until(() -> {
				client.sendBroadcast("news.today", "after");
				return heard.contains("after");
			});
			assertThat(events.lost).hasValue(1);
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(events.recovered).hasValue(1));
			release.release();
		}
	}

	@Test
	void aResultWaitsForASenderThatWasCutOff() throws Exception {
		String namespace = Communicators.namespace();
		Broker broker = Brokers.shared();
		try (FaultyProxy proxy = FaultyProxy.to(broker);
				KiwiCommunicator worker = Communicators.connect(broker.uri(), namespace, this.settings);
				KiwiCommunicator sender = Communicators.connect(proxy.uri(), namespace, this.settings)) {
			CountDownLatch begun = new CountDownLatch(1);
			Semaphore release = new Semaphore(0);
			CountDownLatch done = new CountDownLatch(1);
			worker.addTaskSubscriber("slow", String.class, (text, task) -> {
				begun.countDown();
				release.acquire();
				done.countDown();
				return text;
			});
			Events events = new Events();
			sender.addConnectionListener(events);
			TaskHandle<String> handle = sender.sendTask("slow", "x", String.class);
			get(handle.accepted());
			assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
			proxy.refuse(true);
			proxy.cut();
			await().atMost(PATIENCE).until(() -> events.lost.get() == 1);
			release.release();
			assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(handle.result()).isNotDone();
			proxy.refuse(false);
			assertThat(get(handle.result())).isEqualTo("x");
		}
	}

	@Test
	void anExclusiveIdentifierComesBackThoughTheBrokerStillHoldsItForTheLostConnection() throws Exception {
		String namespace = Communicators.namespace();
		Broker broker = Brokers.shared();
		try (FaultyProxy proxy = FaultyProxy.to(broker);
				KiwiCommunicator holder = Communicators.connect(impatient(proxy.uri()), namespace, this.settings);
				KiwiCommunicator caller = Communicators.connect(broker.uri(), namespace, this.settings)) {
			Events events = new Events();
			holder.addConnectionListener(events);
			ready(holder.addRpcSubscriber(RpcEndpoint.of("only").exclusive(), String.class, (text, call) -> text)
				.ready());
			assertThat(answer(caller, "only")).isEqualTo("after");
			proxy.swallow();
			await().atMost(PATIENCE).until(() -> events.lost.get() == 1);
			proxy.resume();
			await().atMost(PATIENCE).until(() -> "after".equals(answer(caller, "only")));
		}
	}

	@Test
	void aBrokerThatIsAwayAtTheStartFailsWhatIsSentInTimeAndNothingForEver() throws Exception {
		try (Broker broker = Brokers.dedicated()) {
			broker.kill();
			try (KiwiCommunicator kiwi = Communicators.connect(broker.uri(), "kiwi", this.settings,
					Duration.ofSeconds(2))) {
				var subscription = kiwi.addTaskSubscriber("echo", String.class, (text, task) -> text);
				assertThat(failure(kiwi.sendTask("echo", "x").accepted())).isInstanceOf(SendTimeoutException.class)
					.hasMessageContaining("kiwi.amqp.send-timeout");
				assertThat(failure(kiwi.sendTask("echo", "x", String.class).result()))
					.isInstanceOf(SendTimeoutException.class);
				assertThat(failure(kiwi.sendBroadcast("news", "x"))).isInstanceOf(SendTimeoutException.class);
				assertThat(failure(kiwi.callRpc("echo", "x", String.class))).isInstanceOf(SendTimeoutException.class);
				assertThat(subscription.ready().toCompletableFuture()).isNotDone();
				broker.start();
				ready(subscription.ready());
				assertThat(get(kiwi.sendTask("echo", "x", String.class).result())).isEqualTo("x");
				get(kiwi.sendBroadcast("news", "x"));
				assertThat(failure(kiwi.callRpc("echo", "x", String.class))).isInstanceOf(UnroutableException.class);
			}
		}
	}

	@Test
	void whileTheBrokerBlocksPublishersASendFailsInTimeAndSaysWhy() throws Exception {
		try (Broker broker = Brokers.dedicated();
				KiwiCommunicator kiwi = Communicators.connect(broker.uri(), "kiwi", this.settings,
						Duration.ofSeconds(2))) {
			get(kiwi.sendTask("work", 1).accepted());
			broker.memoryAlarm(true);
			// the first one is what makes the broker say that it blocks
			kiwi.sendTask("work", 2);
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(failure(kiwi.sendTask("work", 3).accepted()))
					.isInstanceOf(SendTimeoutException.class)
					.hasMessageContaining("blocks publishers"));
			broker.memoryAlarm(false);
			get(kiwi.sendTask("work", 4).accepted());
		}
	}

	@Test
	void aBrokerThatStandsStillHoldsUpNobodyBeyondTheSendTimeout() throws Exception {
		try (Broker broker = Brokers.dedicated();
				KiwiCommunicator kiwi = Communicators.connect(broker.uri(), "kiwi", this.settings,
						Duration.ofSeconds(2))) {
			get(kiwi.sendTask("work", 1).accepted());
			// what is called waits for a queue for its answer once, not for the broker
			assertThat(failure(kiwi.callRpc("nobody", "x", String.class))).isInstanceOf(UnroutableException.class);
			broker.freeze();
			// more than the sockets take, and less than the window
			for (int number = 0; number < 300; number++) {
				long begin = System.nanoTime();
				kiwi.callRpc("nobody", "x".repeat(1 << 16), String.class);
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
			}
			SentTask last = kiwi.sendTask("work", 2);
			// who sends writes, until so much is unconfirmed that it might be held up
			for (int number = 0; number < 500; number++) {
				long begin = System.nanoTime();
				last = kiwi.sendTask("work", "x".repeat(1 << 10));
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
			}
			// more than the sockets take, so that somebody is stuck in a write
			for (int number = 0; number < 34; number++) {
				long begin = System.nanoTime();
				last = kiwi.sendTask("work", "x".repeat(1 << 20));
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
			}
			assertThat(failure(last.accepted())).isInstanceOf(SendTimeoutException.class);
			broker.thaw();
			get(kiwi.sendTask("work", 3).accepted());
		}
	}

	private static CachingConnectionFactory impatient(URI uri) {
		CachingConnectionFactory factory = new CachingConnectionFactory(uri);
		factory.setRequestedHeartBeat(2);
		factory.setConnectionTimeout(2_000);
		return factory;
	}

	private static String answer(KiwiCommunicator kiwi, String identifier) {
		return kiwi.callRpc(RpcCall.of(identifier, "after").withTimeout(Duration.ofSeconds(2)), String.class)
			.exceptionally(Throwable::toString)
			.join();
	}

	private static void ready(CompletionStage<Void> stage) throws Exception {
		get(stage);
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private static Throwable failure(CompletableFuture<?> future) throws Exception {
		try {
			throw new AssertionError("Completed with " + future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
	}

	private static final class Events implements ConnectionListener {

		private final AtomicInteger lost = new AtomicInteger();

		private final AtomicInteger recovered = new AtomicInteger();

		@Override
		public void connectionLost(Throwable cause) {
			this.lost.incrementAndGet();
		}

		@Override
		public void connectionRecovered() {
			this.recovered.incrementAndGet();
		}

	}

}

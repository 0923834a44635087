package dev.kiwi.amqp.faults;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskLostException;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.broker.FaultyProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Workers whose connection breaks at the worst moments.
 */
@Timeout(180)
class ConnectionCutTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int CUTS = 25;

	private final Broker broker = Brokers.shared();

	private final AmqpSettings settings = AmqpSettings.DEFAULTS.withNamespace(Communicators.namespace());

	@Test
	void aTaskSurvivesTwentyFiveOfThem() throws Exception {
		AtomicInteger begun = new AtomicInteger();
		AtomicInteger told = new AtomicInteger();
		try (FaultyProxy proxy = FaultyProxy.to(this.broker);
				KiwiCommunicator worker = connect(new CachingConnectionFactory(proxy.uri()), UnaryOperator.identity());
				KiwiCommunicator sender = connect(new CachingConnectionFactory(this.broker.uri()),
						UnaryOperator.identity())) {
			worker.addTaskSubscriber("cut", String.class, (text, task) -> {
				task.onOwnershipLost(told::incrementAndGet);
				if (begun.incrementAndGet() > CUTS) {
					return text;
				}
				new Semaphore(0).acquire();
				return null;
			});
			TaskHandle<String> handle = sender.sendTask("cut", "x", String.class);
			for (int cut = 1; cut <= CUTS; cut++) {
				int times = cut;
				await().atMost(PATIENCE).until(() -> begun.get() == times);
				proxy.cut();
			}
			assertThat(get(handle.result())).isEqualTo("x");
			assertThat(begun).hasValue(CUTS + 1);
			assertThat(told).as("each handler was told").hasValue(CUTS);
			assertThat(sender.deadLetters().list()).isEmpty();
		}
	}

	@Test
	void betweenTheConfirmOfAResultAndTheAcknowledgementTheTaskRunsAgainAndTheFirstResultStands() throws Exception {
		List<String> runs = new CopyOnWriteArrayList<>();
		TaskHandle<String> handle = resultWithoutAcknowledgement(UnaryOperator.identity(), runs);
		await().atMost(PATIENCE).until(() -> runs.size() == 2);
		assertThat(get(handle.result())).isEqualTo("first");
	}

	@Test
	void betweenTheConfirmOfAResultAndTheAcknowledgementAnAtMostOnceTaskIsKeptAsLostAndTheResultStands()
			throws Exception {
		List<String> runs = new CopyOnWriteArrayList<>();
		TaskHandle<String> handle = resultWithoutAcknowledgement(this::atMostOnce, runs);
		assertThat(get(handle.result())).isEqualTo("first");
		try (KiwiCommunicator kiwi = connect(new CachingConnectionFactory(this.broker.uri()), this::atMostOnce)) {
			assertThat(
					await().atMost(PATIENCE).until(() -> kiwi.deadLetters().list(), (letters) -> letters.size() == 1))
				.singleElement()
				.satisfies((letter) -> assertThat(letter.errorType()).isEqualTo(TaskLostException.class.getName()));
		}
		assertThat(runs).containsExactly("first");
	}

	/** The first worker's acknowledgement is lost on its way, and then its connection. */
	private TaskHandle<String> resultWithoutAcknowledgement(UnaryOperator<EngineSettings> engine, List<String> runs)
			throws Exception {
		KiwiCommunicator sender = connect(new CachingConnectionFactory(this.broker.uri()), engine);
		try (FaultyProxy proxy = FaultyProxy.to(this.broker);
				KiwiCommunicator first = connect(Communicators.twoWays(proxy.uri(), this.broker.uri()), engine)) {
			first.addTaskSubscriber("ack", String.class, (text, task) -> {
				runs.add("first");
				proxy.swallow();
				return "first";
			});
			TaskHandle<String> handle = sender.sendTask("ack", "x", String.class);
			assertThat(get(handle.result())).isEqualTo("first");
			CompletableFuture<Void> ready = sender.addTaskSubscriber("ack", String.class, (text, task) -> {
				runs.add("second");
				return "second";
			}).ready().toCompletableFuture();
			ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			return handle;
		}
		// what closes the proxy kills the first worker's connection
	}

	private EngineSettings atMostOnce(EngineSettings defaults) {
		return defaults
			.withTasks(QueueSettings.defaults().withConcurrency(1).withGuarantee(DeliveryGuarantee.AT_MOST_ONCE));
	}

	private KiwiCommunicator connect(CachingConnectionFactory factory, UnaryOperator<EngineSettings> engine) {
		return Communicators.connect(factory, this.settings, engine);
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

}

package dev.kiwi.amqp.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The broker is killed in the middle of what kiwi publishes beside tasks and results.
 */
@Timeout(300)
class BrokerKilledInTheMiddleTests {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final Set<String> executed = ConcurrentHashMap.newKeySet();

	@ParameterizedTest
	@EnumSource
	void ofRetriesAndBurials(QueueType type) throws Exception {
		int tasks = 1_000;
		QueueSettings twice = QueueSettings.defaults()
			.withConcurrency(4)
			.withPrefetch(50)
			.withRetry(2, new Backoff(Duration.ofMillis(200), 1, Duration.ofMillis(200)));
		try (Broker broker = Brokers.dedicated(); KiwiCommunicator kiwi = connect(broker, type, twice)) {
			ready(kiwi, "fail", true);
			List<SentTask> sent = send(tasks, () -> kiwi.sendTask("fail", "x"));
			await().atMost(PATIENCE).until(() -> this.executed.size() > tasks / 2);
			broker.kill();
			broker.start();
			List<String> accepted = accepted(sent);
			assertThat(accepted).hasSizeGreaterThan(tasks / 2);
			await().atMost(PATIENCE)
				.pollInterval(Duration.ofSeconds(1))
				.untilAsserted(
						() -> assertThat(kiwi.deadLetters().list()).extracting(DeadLetter::id).containsAll(accepted));
		}
	}

	@Test
	void ofFiveThousandDelaysThatExpire() throws Exception {
		int tasks = 5_000;
		QueueSettings four = QueueSettings.defaults().withConcurrency(4).withPrefetch(50);
		try (Broker broker = Brokers.dedicated(); KiwiCommunicator kiwi = connect(broker, QueueType.QUORUM, four)) {
			ready(kiwi, "later", false);
			List<SentTask> sent = new ArrayList<>();
			for (int number = 0; number < tasks; number++) {
				sent.add(kiwi.sendTask(Task.of("later", "x").withDelay(Duration.ofMillis(2_000 + number))));
			}
			List<String> accepted = accepted(sent);
			assertThat(accepted).hasSize(tasks);
			await().atMost(PATIENCE).until(() -> this.executed.size() > tasks / 4);
			assertThat(this.executed).as("the kill comes in the middle").hasSizeLessThan(tasks);
			broker.kill();
			broker.start();
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.executed).containsAll(accepted));
		}
	}

	@Test
	void ofAFirstStart() throws Exception {
		QueueSettings two = QueueSettings.defaults().withConcurrency(2);
		try (Broker broker = Brokers.dedicated(); KiwiCommunicator kiwi = connect(broker, QueueType.QUORUM, two)) {
			List<SentTask> sent = send(200, () -> kiwi.sendTask("first", "x"));
			await().atMost(PATIENCE).until(() -> sent.stream().anyMatch((task) -> isAccepted(task)));
			broker.kill();
			broker.start();
			List<String> accepted = accepted(sent);
			assertThat(accepted).isNotEmpty();
			kiwi.addTaskSubscriber("first", String.class, (text, task) -> this.executed.add(task.id()));
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.executed).containsAll(accepted));
		}
	}

	@Test
	void ofTheEndOfATask() throws Exception {
		QueueSettings two = QueueSettings.defaults().withConcurrency(2);
		try (Broker broker = Brokers.dedicated(); KiwiCommunicator kiwi = connect(broker, QueueType.QUORUM, two)) {
			CompletableFuture<Void> killed = new CompletableFuture<>();
			CompletableFuture<Void> begun = new CompletableFuture<>();
			kiwi.addTaskSubscriber("end", String.class, (text, task) -> {
				begun.complete(null);
				// whether it hears of the kill first or not, it ends
				return killed.handle((nothing, failure) -> text).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			});
			TaskHandle<String> handle = kiwi.sendTask("end", "x", String.class);
			handle.accepted().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			begun.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			broker.kill();
			killed.complete(null);
			broker.start();
			assertThat(handle.result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("x");
		}
	}

	private static KiwiCommunicator connect(Broker broker, QueueType type, QueueSettings tasks) {
		return Communicators.connect(new CachingConnectionFactory(broker.uri()),
				AmqpSettings.DEFAULTS.withQueueType(type).withSendTimeout(PATIENCE),
				(defaults) -> defaults.withTasks(tasks));
	}

	private void ready(KiwiCommunicator kiwi, String queue, boolean fails) throws Exception {
		kiwi.addTaskSubscriber(queue, String.class, (text, task) -> {
			this.executed.add(task.id());
			if (fails) {
				throw new IllegalStateException("broken");
			}
			return text;
		}).ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		// the delays are declared with the first task that is to wait
		kiwi.sendTask(Task.of(queue, "first").withDelay(Duration.ofMillis(100)))
			.accepted()
			.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		Communicators.trusted(System.nanoTime());
	}

	private static List<SentTask> send(int tasks, Supplier<SentTask> sending) {
		List<SentTask> sent = new ArrayList<>();
		for (int number = 0; number < tasks; number++) {
			sent.add(sending.get());
		}
		return sent;
	}

	private static List<String> accepted(List<SentTask> sent) {
		await().atMost(PATIENCE).until(() -> sent.stream().allMatch((task) -> task.accepted().isDone()));
		return sent.stream().filter(BrokerKilledInTheMiddleTests::isAccepted).map(SentTask::id).toList();
	}

	private static boolean isAccepted(SentTask task) {
		return task.accepted().isDone() && !task.accepted().isCompletedExceptionally();
	}

}

package dev.kiwi.amqp.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(240)
class MemoryAlarmTests {

	private static final int TASKS = 200;

	/** A minute by -Pfaults; the default shows the same in less. */
	private static final Duration ALARM = Duration.parse(System.getProperty("kiwi.test.alarm", "PT15S"));

	@Test
	void duringAMemoryAlarmAcksDrainAndAfterItNothingIsMissing() throws Exception {
		QueueSettings settings = QueueSettings.defaults().withConcurrency(2).withPrefetch(20);
		CountDownLatch alarmed = new CountDownLatch(1);
		AtomicInteger executed = new AtomicInteger();
		try (Broker broker = Brokers.dedicated();
				KiwiCommunicator kiwi = Communicators.connect(broker.uri(), "kiwi", settings)) {
			kiwi.addTaskSubscriber("work", Integer.class, (number, task) -> {
				alarmed.await();
				return executed.incrementAndGet();
			}).ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
			for (SentTask task : send(kiwi)) {
				task.accepted().get(30, TimeUnit.SECONDS);
			}
			broker.memoryAlarm(true);
			long begin = System.nanoTime();
			alarmed.countDown();
			await().atMost(30, TimeUnit.SECONDS).until(() -> executed.get() == TASKS);
			await().atMost(30, TimeUnit.SECONDS).until(() -> unsettled(broker) == 0);
			List<SentTask> blocked = send(kiwi);
			await().atMost(ALARM.plusSeconds(30)).until(() -> System.nanoTime() - begin > ALARM.toNanos());
			assertThat(blocked).noneMatch((task) -> task.accepted().isDone());
			broker.memoryAlarm(false);
			for (SentTask task : blocked) {
				task.accepted().get(30, TimeUnit.SECONDS);
			}
			await().atMost(30, TimeUnit.SECONDS).until(() -> executed.get() == 2 * TASKS);
		}
	}

	private static List<SentTask> send(KiwiCommunicator kiwi) {
		List<SentTask> sent = new ArrayList<>();
		for (int number = 0; number < TASKS; number++) {
			sent.add(kiwi.sendTask("work", number));
		}
		return sent;
	}

	private static int unsettled(Broker broker) {
		return broker.ctl("-q", "list_queues", "name", "messages")
			.lines()
			.filter((line) -> line.startsWith("kiwi.task.work"))
			.mapToInt((line) -> Integer.parseInt(line.substring("kiwi.task.work".length()).trim()))
			.sum();
	}

}

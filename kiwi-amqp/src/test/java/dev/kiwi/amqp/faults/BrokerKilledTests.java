package dev.kiwi.amqp.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

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
class BrokerKilledTests {

	private static final int SENDS = 10_000;

	@Test
	void everyAcceptedTaskIsExecutedThoughTheBrokerIsKilledInTheMiddleOfSending() throws Exception {
		QueueSettings settings = QueueSettings.defaults().withConcurrency(4).withPrefetch(100);
		Set<String> executed = ConcurrentHashMap.newKeySet();
		try (Broker broker = Brokers.dedicated();
				KiwiCommunicator sender = Communicators.connect(broker.uri(), "kiwi", settings);
				KiwiCommunicator worker = Communicators.connect(broker.uri(), "kiwi", settings)) {
			worker.addTaskSubscriber("work", Integer.class, (number, task) -> executed.add(task.id()))
				.ready()
				.toCompletableFuture()
				.get(30, TimeUnit.SECONDS);
			// the first one is accepted once the queue may be trusted
			sender.sendTask("work", -1).accepted().get(30, TimeUnit.SECONDS);
			List<SentTask> sent = new ArrayList<>();
			for (int number = 0; number < SENDS; number++) {
				if (number == SENDS / 2) {
					await().atMost(30, TimeUnit.SECONDS).until(() -> executed.size() > SENDS / 4);
					broker.kill();
					broker.start();
				}
				sent.add(sender.sendTask("work", number));
			}
			await().atMost(90, TimeUnit.SECONDS)
				.until(() -> sent.stream().allMatch((task) -> task.accepted().isDone()));
			List<String> accepted = sent.stream()
				.filter((task) -> !task.accepted().isCompletedExceptionally())
				.map(SentTask::id)
				.toList();
			assertThat(accepted).hasSizeGreaterThan(SENDS / 2);
			await().atMost(60, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(executed).as("executed").containsAll(accepted));
		}
	}

}

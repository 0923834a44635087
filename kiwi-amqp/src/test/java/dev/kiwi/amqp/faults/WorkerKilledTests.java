package dev.kiwi.amqp.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.faults.Jvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(240)
class WorkerKilledTests {

	private static final int TASKS = 1_000;

	@Test
	void allResultsArriveThoughOneOfTwoWorkersIsKilledInTheMiddle() throws Exception {
		Broker broker = Brokers.shared();
		String namespace = Communicators.namespace();
		try (KiwiCommunicator client = Communicators.connect(broker.uri(), namespace, QueueSettings.defaults());
				Jvm survivor = Worker.start(broker.uri(), namespace);
				Jvm victim = Worker.start(broker.uri(), namespace)) {
			await().atMost(60, TimeUnit.SECONDS).until(() -> consumers(broker, namespace) == 2);
			List<TaskHandle<Integer>> handles = new ArrayList<>();
			for (int number = 0; number < TASKS; number++) {
				handles.add(client.sendTask(Worker.QUEUE, number, Integer.class));
			}
			await().atMost(60, TimeUnit.SECONDS).until(() -> done(handles) > TASKS / 4);
			victim.kill();
			assertThat(done(handles)).as("the kill came in the middle").isLessThan(TASKS);
			for (int number = 0; number < TASKS; number++) {
				assertThat(handles.get(number).result().get(60, TimeUnit.SECONDS)).isEqualTo(2 * number);
			}
		}
	}

	private static long done(List<TaskHandle<Integer>> handles) {
		return handles.stream().filter((handle) -> handle.result().isDone()).count();
	}

	private static int consumers(Broker broker, String namespace) {
		String queue = namespace + ".task." + Worker.QUEUE;
		return broker.ctl("-q", "list_queues", "name", "consumers")
			.lines()
			.filter((line) -> line.startsWith(queue))
			.mapToInt((line) -> Integer.parseInt(line.substring(queue.length()).trim()))
			.sum();
	}

}

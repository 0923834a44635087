package dev.kiwi.benchmarks.rabbit;

import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.Connection;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.harness.Goal;
import dev.kiwi.benchmarks.harness.Scenario;
import dev.kiwi.benchmarks.harness.Unit;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Cleared.Step;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Pipelined;
import dev.kiwi.benchmarks.load.Repeated;
import dev.kiwi.benchmarks.load.Waiting;

import java.util.concurrent.CountDownLatch;

/**
 * kiwiPy's own benchmark: 100 tasks of 1 KiB are sent, got, or both, on a classic queue.
 */
final class KiwiPyRows {

	private static final int TASKS = 100;

	private KiwiPyRows() {
	}

	static List<Scenario> all(Rabbit rabbit) {
		List<Scenario> rows = new ArrayList<>();
		for (String part : List.of("send", "get", "both")) {
			Scenario row = Scenario
				.of("kiwipy-" + part, "kiwiPy's benchmark, " + part + ", 100 tasks", Unit.MILLISECONDS)
				.with("kiwi", () -> kiwi(rabbit, part))
				.with("kiwiPy", () -> Python.open(rabbit, "kiwipy-" + part))
				.with("pika", () -> Python.open(rabbit, "pika-" + part))
				.goal(Goal.atMost(1 / 18.0, "kiwiPy"));
			rows.add(part.equals("send") ? row.goal(Goal.atMost(1, "pika")) : row);
		}
		return rows;
	}

	private static Contender kiwi(Rabbit rabbit, String part) throws Exception {
		String namespace = Rabbit.name();
		KiwiCommunicator kiwi = rabbit.kiwi(namespace, QueueType.CLASSIC);
		Connection connection = rabbit.connect();
		Batch send = new Pipelined(() -> kiwi.sendTask("work", Payload.OBJECT).accepted());
		Step purge = () -> Rabbit.purge(connection, KiwiCalls.queue(namespace));
		send.run(1);
		return new Repeated(new Batch() {

			@Override
			public void prepare(int pieces) throws Exception {
				purge.run();
				if (part.equals("get")) {
					send.run(pieces);
				}
			}

			@Override
			public void run(int pieces) throws Exception {
				if (!part.equals("get")) {
					send.run(pieces);
				}
				if (!part.equals("send")) {
					get(kiwi, pieces);
				}
			}

			@Override
			public void close() throws Exception {
				kiwi.close();
				connection.close();
			}

		}, TASKS);
	}

	private static void get(KiwiCommunicator kiwi, int pieces) throws InterruptedException {
		CountDownLatch handled = new CountDownLatch(pieces);
		try (Subscription subscription = kiwi.addTaskSubscriber("work", Payload.class, (payload, task) -> {
			handled.countDown();
			return null;
		})) {
			Waiting.on(handled, "Tasks of " + subscription.identifier());
		}
	}

}

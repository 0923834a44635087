package dev.kiwi.benchmarks.rabbit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.harness.Goal;
import dev.kiwi.benchmarks.harness.Scenario;
import dev.kiwi.benchmarks.harness.Unit;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Outstanding;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Throughput;

/**
 * Ten times as much, and what one message costs then.
 */
final class Growth {

	private static final String LESS = "kiwi, a tenth";

	/** Less than 20 % more cost per message. */
	private static final Goal GOAL = Goal.atLeast(1 / 1.2, LESS);

	private static final int QUEUED = 10_000;

	private static final int QUEUES = 10;

	private static final int OUTSTANDING = 64;

	private static final int SUBSCRIBERS = 100;

	private Growth() {
	}

	static List<Scenario> all(Rabbit rabbit) {
		return List.of(
				Scenario.of("growth-queued", "10,000 and 100,000 tasks queued, worked off", Unit.PER_SECOND)
					.with(LESS, () -> queued(rabbit, QUEUED))
					.with("kiwi", () -> queued(rabbit, 10 * QUEUED))
					.goal(GOAL),
				Scenario.of("growth-queues", "task and result over 10 and 100 queues, 64 outstanding", Unit.PER_SECOND)
					.with(LESS, () -> new Throughput(queues(rabbit, QUEUES)))
					.with("kiwi", () -> new Throughput(queues(rabbit, 10 * QUEUES)))
					.with("raw, a tenth", () -> new Throughput(rawQueues(rabbit, QUEUES)))
					.with("raw", () -> new Throughput(rawQueues(rabbit, 10 * QUEUES)))
					.goal(GOAL),
				Scenario.of("growth-subscribers", "broadcast to 100 and 1,000 subscribers, deliveries", Unit.PER_SECOND)
					.with(LESS, () -> new Throughput(Broadcasts.kiwi(rabbit, SUBSCRIBERS), 100 * SUBSCRIBERS))
					.with("kiwi", () -> new Throughput(Broadcasts.kiwi(rabbit, 10 * SUBSCRIBERS), 100 * SUBSCRIBERS))
					.goal(GOAL));
	}

	private static Contender queued(Rabbit rabbit, int tasks) {
		Batch work = Workers.kiwi(rabbit);
		return new Contender() {

			@Override
			public double measure(Duration length) throws Exception {
				work.prepare(tasks);
				long begun = System.nanoTime();
				work.run(tasks);
				double rate = tasks * 1e9 / (System.nanoTime() - begun);
				work.finish();
				return rate;
			}

			@Override
			public void close() throws Exception {
				work.close();
			}

		};
	}

	private static Batch queues(Rabbit rabbit, int queues) throws Exception {
		String namespace = Rabbit.name();
		KiwiCommunicator worker = rabbit.kiwi(namespace, QueueType.QUORUM);
		KiwiCommunicator sender = rabbit.kiwi(namespace, QueueType.QUORUM);
		List<String> names = new ArrayList<>();
		for (int queue = 0; queue < queues; queue++) {
			names.add("work" + queue);
			Rabbit.await(worker.addTaskSubscriber("work" + queue, Payload.class, (payload, task) -> Payload.ANSWER));
		}
		AtomicInteger turn = new AtomicInteger();
		return new Outstanding(new Closing(() -> {
			String queue = names.get(Math.floorMod(turn.getAndIncrement(), queues));
			return sender.sendTask(queue, Payload.OBJECT, Integer.class).result();
		}, sender, worker), OUTSTANDING);
	}

	/** What more queues cost the broker. */
	private static Batch rawQueues(Rabbit rabbit, int queues) throws Exception {
		return new Outstanding(RawCalls.task(rabbit, QueueType.QUORUM, queues), OUTSTANDING);
	}

}

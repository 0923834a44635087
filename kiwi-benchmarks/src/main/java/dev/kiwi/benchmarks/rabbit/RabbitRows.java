package dev.kiwi.benchmarks.rabbit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.harness.Goal;
import dev.kiwi.benchmarks.harness.Scenario;
import dev.kiwi.benchmarks.harness.Unit;
import dev.kiwi.benchmarks.load.Callers;
import dev.kiwi.benchmarks.load.Cleared;
import dev.kiwi.benchmarks.load.OneAtATime;
import dev.kiwi.benchmarks.load.Outstanding;
import dev.kiwi.benchmarks.load.Pipelined;
import dev.kiwi.benchmarks.load.Throughput;
import dev.kiwi.benchmarks.rabbit.RawCalls.SentCall;

/**
 * What is measured on RabbitMQ.
 */
public final class RabbitRows {

	private static final int WINDOW = 1000;

	private static final int OUTSTANDING = 64;

	private static final int CALLERS = 16;

	private static final int SUBSCRIBERS = 100;

	private final Rabbit rabbit;

	private RabbitRows(Rabbit rabbit) {
		this.rabbit = rabbit;
	}

	/**
	 * All rows.
	 * @param rabbit the broker
	 * @return the rows
	 */
	public static List<Scenario> all(Rabbit rabbit) {
		RabbitRows rows = new RabbitRows(rabbit);
		List<Scenario> all = new ArrayList<>(List.of(rows.send(QueueType.QUORUM), rows.send(QueueType.CLASSIC)));
		all.addAll(List.of(rows.sendOne(), rows.sendCallers(), rows.work(), rows.taskMany(), rows.taskOne(),
				rows.rpcMany(), rows.rpcOne(), rows.broadcast(), rows.virtualThreads()));
		all.addAll(KiwiPyRows.all(rabbit));
		all.addAll(Growth.all(rabbit));
		return all;
	}

	private Scenario send(QueueType type) {
		return Scenario
			.of("send-" + type.name().toLowerCase(Locale.ROOT), "send 1 KiB, accepted, pipelined", Unit.PER_SECOND)
			.with("kiwi", () -> sending(KiwiCalls.send(this.rabbit, type)))
			.with("raw", () -> sending(RawCalls.send(this.rabbit, type)))
			.with("spring", () -> {
				SentCall send = SpringCalls.send(this.rabbit, type);
				return new Throughput(new Cleared(new Outstanding(send, WINDOW), send::purge));
			})
			.goal(Goal.atLeast(0.95, "raw"))
			.goal(Goal.atLeast(3, "spring"));
	}

	private static Contender sending(SentCall send) {
		return new Throughput(new Cleared(new Pipelined(send), send::purge));
	}

	private Scenario sendOne() {
		QueueType type = QueueType.QUORUM;
		return Scenario.of("send-one", "send 1 KiB, accepted, one at a time, p50", Unit.MICROSECONDS)
			.with("kiwi", () -> new OneAtATime(KiwiCalls.send(this.rabbit, type)))
			.with("raw", () -> new OneAtATime(RawCalls.send(this.rabbit, type)))
			.with("spring", () -> new OneAtATime(SpringCalls.send(this.rabbit, type)))
			.goal(Goal.atMost(1.05, "raw"));
	}

	private Scenario sendCallers() {
		QueueType type = QueueType.QUORUM;
		return Scenario.of("send-callers", "send 1 KiB, accepted, 16 blocking callers", Unit.PER_SECOND)
			.with("kiwi", () -> calling(KiwiCalls.send(this.rabbit, type)))
			.with("raw", () -> calling(RawCalls.send(this.rabbit, type)))
			.with("spring", () -> calling(SpringCalls.send(this.rabbit, type)))
			.goal(Goal.atLeast(0.95, "raw"));
	}

	private static Contender calling(SentCall send) {
		return new Throughput(new Cleared(new Callers(send, CALLERS), send::purge));
	}

	private Scenario work() {
		return Scenario.of("work", "JSON handlers of a full queue, no reply", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(Workers.kiwi(this.rabbit)))
			.with("raw", () -> new Throughput(Workers.raw(this.rabbit)))
			.with("spring", () -> new Throughput(Workers.spring(this.rabbit)))
			.goal(Goal.atLeast(0.95, "raw"))
			.goal(Goal.atLeast(1.25, "spring"));
	}

	private Scenario taskMany() {
		QueueType type = QueueType.QUORUM;
		return Scenario.of("task-many", "task and result, 64 outstanding", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(new Outstanding(KiwiCalls.task(this.rabbit, type), OUTSTANDING)))
			.with("raw", () -> new Throughput(new Outstanding(RawCalls.task(this.rabbit, type), OUTSTANDING)))
			.with("spring", () -> new Throughput(new Outstanding(SpringCalls.task(this.rabbit, type), OUTSTANDING)))
			.with("kiwiPy", () -> Python.open(this.rabbit, "kiwipy-task64"))
			.goal(Goal.atLeast(0.9, "raw"))
			.goal(Goal.atLeast(1.8, "spring"))
			.goal(Goal.atLeast(18, "kiwiPy"));
	}

	private Scenario taskOne() {
		QueueType type = QueueType.QUORUM;
		return Scenario.of("task-one", "task and result, one at a time, p50", Unit.MICROSECONDS)
			.with("kiwi", () -> new OneAtATime(KiwiCalls.task(this.rabbit, type)))
			.with("raw", () -> new OneAtATime(RawCalls.task(this.rabbit, type)))
			.with("spring", () -> new OneAtATime(SpringCalls.task(this.rabbit, type)))
			.with("kiwiPy", () -> Python.open(this.rabbit, "kiwipy-task1"))
			.goal(Goal.atMost(1.1, "raw"));
	}

	private Scenario rpcMany() {
		return Scenario.of("rpc-many", "call and answer, 64 outstanding", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(new Outstanding(KiwiCalls.rpc(this.rabbit, OUTSTANDING), OUTSTANDING)))
			.with("raw", () -> new Throughput(new Outstanding(RawCalls.rpc(this.rabbit), OUTSTANDING)))
			.with("spring", () -> new Throughput(new Outstanding(SpringCalls.rpc(this.rabbit), OUTSTANDING)))
			.goal(Goal.atLeast(0.9, "raw"))
			.goal(Goal.atLeast(1.7, "spring"));
	}

	private Scenario rpcOne() {
		return Scenario.of("rpc-one", "call and answer, one at a time, p50", Unit.MICROSECONDS)
			.with("kiwi", () -> new OneAtATime(KiwiCalls.rpc(this.rabbit, 1)))
			.with("raw", () -> new OneAtATime(RawCalls.rpc(this.rabbit)))
			.with("spring", () -> new OneAtATime(SpringCalls.rpc(this.rabbit)))
			.goal(Goal.atMost(1.1, "raw"));
	}

	private Scenario broadcast() {
		int least = 10 * SUBSCRIBERS;
		return Scenario.of("broadcast", "broadcast to 100 subscribers of a process, deliveries", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(Broadcasts.kiwi(this.rabbit, SUBSCRIBERS), least))
			.with("raw", () -> new Throughput(Broadcasts.rawLocal(this.rabbit, SUBSCRIBERS), least))
			.with("queue each", () -> new Throughput(Broadcasts.rawQueues(this.rabbit, SUBSCRIBERS), least))
			.goal(Goal.atLeast(0.75, "raw"))
			.goal(Goal.atLeast(50, "queue each"));
	}

	private Scenario virtualThreads() {
		int least = 10_000;
		return Scenario.of("virtual-threads", "10,000 handlers of 100 ms on virtual threads", Unit.PER_SECOND)
			.with("kiwi", () -> new Throughput(Workers.kiwiSleepers(this.rabbit), least))
			.with("raw", () -> new Throughput(Workers.rawSleepers(this.rabbit), least))
			.with("spring", () -> new Throughput(Workers.springSleepers(this.rabbit), 1000))
			.goal(Goal.atLeast(0.95, "raw"))
			.goal(Goal.atLeast(20, "spring"));
	}

}

package dev.kiwi.boot.metrics;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

import dev.kiwi.engine.EngineEvent;
import dev.kiwi.engine.EngineObserver;
import dev.kiwi.engine.EngineSnapshot;
import dev.kiwi.engine.EngineStatistics;
import dev.kiwi.engine.MessageKind;
import dev.kiwi.transport.Envelope;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Counts what needs attention, and shows how busy a communicator is. The meters of a
 * queue are there, at 0, from the first task on, so that the first dead letter is an
 * increase.
 */
public final class KiwiMetrics implements EngineObserver {

	private final MeterRegistry registry;

	private final Set<String> queues = ConcurrentHashMap.newKeySet();

	private volatile @Nullable EngineStatistics statistics;

	/**
	 * Meters of one communicator.
	 * @param registry where they are registered
	 */
	public KiwiMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void started(EngineStatistics statistics) {
		this.statistics = statistics;
		gauge(statistics, "kiwi.tasks.pending", EngineSnapshot::pendingTasks)
			.description("Tasks whose sender here waits for the outcome")
			.register(this.registry);
		gauge(statistics, "kiwi.rpc.pending", EngineSnapshot::pendingCalls)
			.description("Calls whose caller here waits for the answer")
			.register(this.registry);
		Gauge.builder("kiwi.beacon.age", statistics, KiwiMetrics::beaconAge)
			.baseUnit("seconds")
			.description("How long ago the connection that is silent the longest answered")
			.register(this.registry);
		for (MessageKind kind : MessageKind.values()) {
			unroutable(kind);
		}
	}

	@Override
	public Handling handling(MessageKind kind, String destination, Envelope envelope) {
		if (kind == MessageKind.TASK) {
			seen(destination);
		}
		return Handling.NONE;
	}

	@Override
	public void happened(EngineEvent event, MessageKind kind, String destination) {
		switch (event) {
			case RETRIED -> retried(destination).increment();
			case DEAD_LETTERED -> deadLettered(destination).increment();
			case REDELIVERED -> redelivered(destination).increment();
			case OWNERSHIP_LOST -> ownershipLost(destination).increment();
			case STUCK -> stuck(destination).increment();
			case EVENT_UNWRITTEN -> unwritten(destination).increment();
			case UNROUTABLE -> unroutable(kind).increment();
		}
	}

	private void seen(String queue) {
		EngineStatistics known = this.statistics;
		if (known != null && this.queues.add(queue)) {
			gauge(known, "kiwi.tasks.running", (snapshot) -> snapshot.running(queue)).tag("queue", queue)
				.description("Tasks that are being worked on here")
				.register(this.registry);
			retried(queue);
			deadLettered(queue);
			redelivered(queue);
			ownershipLost(queue);
			stuck(queue);
			unwritten(queue);
		}
	}

	private Counter unroutable(MessageKind kind) {
		return Counter.builder("kiwi.unroutable")
			.tag("kind", kind.name().toLowerCase(Locale.ROOT))
			.description("Messages that were returned, as nobody takes what is sent there")
			.register(this.registry);
	}

	private Counter retried(String queue) {
		return counter("kiwi.tasks.retried", queue, "Attempts that failed and are followed by another");
	}

	private Counter deadLettered(String queue) {
		return counter("kiwi.tasks.dead.lettered", queue, "Tasks that were put aside as dead letters");
	}

	private Counter redelivered(String queue) {
		return counter("kiwi.tasks.redelivered", queue, "Tasks that were given out before and not settled");
	}

	private Counter ownershipLost(String queue) {
		return counter("kiwi.tasks.ownership.lost", queue, "Tasks that were lost while they were worked on");
	}

	private Counter stuck(String queue) {
		return counter("kiwi.tasks.stuck", queue, "Tasks whose handlers said nothing for too long");
	}

	private Counter unwritten(String queue) {
		return counter("kiwi.tasks.events.unwritten", queue, "Events of tasks that could not be written");
	}

	private static double beaconAge(EngineStatistics statistics) {
		return statistics.snapshot()
			.beacons()
			.values()
			.stream()
			.mapToDouble((age) -> age.toMillis() / 1000d)
			.max()
			.orElse(Double.NaN);
	}

	private Counter counter(String name, String queue, String description) {
		return Counter.builder(name).tag("queue", queue).description(description).register(this.registry);
	}

	private static Gauge.Builder<EngineStatistics> gauge(EngineStatistics statistics, String name,
			ToDoubleFunction<EngineSnapshot> value) {
		return Gauge.builder(name, statistics, (asked) -> value.applyAsDouble(asked.snapshot()));
	}

}

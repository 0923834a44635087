package dev.kiwi.boot.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import dev.kiwi.engine.EngineObserver;
import dev.kiwi.engine.EngineStatistics;
import dev.kiwi.engine.MessageKind;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.QueueDepths.Depth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what waits in the queues that this process sends to or works on. The server is
 * asked when somebody looks, never more often than every 10 s, and nobody waits for its
 * answer: a look shows what was told at the one before.
 */
public final class QueueMetrics implements EngineObserver {

	private static final Logger logger = LoggerFactory.getLogger(QueueMetrics.class);

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	/** Queues that are named after something without end are not to be meters. */
	private static final int MAX_QUEUES = 1_000;

	private final MeterRegistry registry;

	private final Set<String> queues = ConcurrentHashMap.newKeySet();

	/** By {@link System#nanoTime()}. */
	private final AtomicLong askedAt = new AtomicLong(System.nanoTime() - INTERVAL.toNanos());

	private volatile @Nullable EngineStatistics statistics;

	private volatile Map<String, Depth> depths = Map.of();

	/**
	 * Meters of one communicator.
	 * @param registry where they are registered
	 */
	public QueueMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void started(EngineStatistics statistics) {
		this.statistics = statistics;
	}

	@Override
	public Sending sending(MessageKind kind, String destination, Envelope envelope) {
		seen(kind, destination);
		return Sending.NONE;
	}

	@Override
	public Handling handling(MessageKind kind, String destination, Envelope envelope) {
		seen(kind, destination);
		return Handling.NONE;
	}

	private void seen(MessageKind kind, String queue) {
		if (kind == MessageKind.TASK && !this.queues.contains(queue) && this.queues.size() < MAX_QUEUES
				&& this.queues.add(queue)) {
			gauge("kiwi.tasks.ready", queue, Depth::ready).description("Tasks that wait for a worker, by the server")
				.register(this.registry);
			gauge("kiwi.tasks.delayed", queue, Depth::delayed)
				.description("Tasks that wait for their time or their next attempt, by the server")
				.register(this.registry);
			gauge("kiwi.tasks.oldest", queue, QueueMetrics::oldestSeconds)
				.description("For how long the oldest task has waited for a worker")
				.baseUnit("seconds")
				.register(this.registry);
		}
	}

	private Gauge.Builder<?> gauge(String name, String queue, Function<Depth, @Nullable Number> value) {
		return Gauge.builder(name, this, (metrics) -> {
			metrics.ask();
			Depth depth = metrics.depths.get(queue);
			Number told = (depth != null) ? value.apply(depth) : null;
			return (told != null) ? told.doubleValue() : Double.NaN;
		}).tag("queue", queue);
	}

	private static @Nullable Number oldestSeconds(Depth depth) {
		Instant oldest = depth.oldest();
		if (oldest != null) {
			return Math.max(0, Duration.between(oldest, Instant.now()).toMillis()) / 1000.0;
		}
		return (depth.ready() == 0) ? 0 : null;
	}

	private void ask() {
		EngineStatistics asked = this.statistics;
		long last = this.askedAt.get();
		long now = System.nanoTime();
		if (asked != null && now - last >= INTERVAL.toNanos() && this.askedAt.compareAndSet(last, now)) {
			asked.depths(Set.copyOf(this.queues)).whenComplete((told, failure) -> {
				this.depths = (told != null) ? told : Map.of();
				if (failure != null) {
					logger.debug("What waits in the queues is not known: the server could not be asked", failure);
				}
			});
		}
	}

}

package dev.kiwi.boot.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Beacon;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Queue;
import dev.kiwi.boot.autoconfigure.KiwiProperties.QueueRejections;
import dev.kiwi.boot.autoconfigure.KiwiProperties.QueueRetry;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Rejections;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Retry;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Tasks;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Watchdog;
import dev.kiwi.engine.AdminSettings;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.engine.RetrySettings;
import dev.kiwi.engine.WatchdogSettings;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNullElse;

/**
 * What properties say, in the engine's terms.
 */
final class EngineSettingsMapper {

	private static final Queue NOTHING = new Queue(null, null, null, null, null, null, null,
			new QueueRetry(null, null, null, null, null), new QueueRejections(null, null, null, null));

	private EngineSettingsMapper() {
	}

	static EngineSettings settings(KiwiProperties properties) {
		Tasks tasks = properties.tasks();
		Watchdog watchdog = properties.watchdog();
		Beacon beacon = properties.beacon();
		Map<String, QueueSettings> queues = new HashMap<>();
		tasks.queues().forEach((name, queue) -> queues.put(name, queue(tasks, watchdog, name, queue)));
		QueueSettings all = forAll(tasks, watchdog);
		try {
			return new EngineSettings(tasks.defaultQueue(), all, queues, properties.rpc().timeout(),
					properties.rpc().concurrency(), properties.broadcast().concurrency(),
					Math.toIntExact(properties.maxPayload().toBytes()), properties.shutdownTimeout(),
					beacon.enabled() ? beacon.interval() : Duration.ZERO,
					new WatchdogSettings(watchdog.interrupt(), watchdog.brokenAfter()));
		}
		catch (ArithmeticException ex) {
			throw KiwiConfigurationException.invalid("kiwi.max-payload",
					new IllegalArgumentException("a payload is less than 2 GB, not " + properties.maxPayload(), ex));
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid("kiwi", ex);
		}
	}

	static AdminSettings administration(KiwiProperties properties, @Nullable String application) {
		try {
			return new AdminSettings(application, properties.admin().answerTimeout(),
					properties.admin().taskEvents().maxTasks());
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid("kiwi", ex);
		}
	}

	private static QueueSettings forAll(Tasks tasks, Watchdog watchdog) {
		return settings("kiwi.tasks", tasks, watchdog, null, NOTHING);
	}

	private static QueueSettings queue(Tasks tasks, Watchdog watchdog, String name, Queue queue) {
		return settings("kiwi.tasks.queues." + name, tasks, watchdog, tasks.prefetch(), queue);
	}

	private static QueueSettings settings(String prefix, Tasks all, Watchdog watchdog,
			@Nullable Integer inheritedPrefetch, Queue own) {
		Integer concurrency = (own.concurrency() != null) ? own.concurrency() : all.concurrency();
		int handlers = requireNonNullElse(concurrency, QueueSettings.defaults().concurrency());
		Integer prefetch = (own == NOTHING) ? all.prefetch() : own.prefetch();
		DeliveryGuarantee delivery = requireNonNullElse(own.delivery(), all.delivery());
		// What is said for all must not make a queue of its own kind invalid.
		boolean atMostOnce = delivery == DeliveryGuarantee.AT_MOST_ONCE && own != NOTHING;
		int inherited = atMostOnce ? handlers : Math.max(handlers, requireNonNullElse(inheritedPrefetch, handlers));
		try {
			return new QueueSettings(handlers, requireNonNullElse(prefetch, inherited), delivery,
					retry(own.retry(), all.retry(), atMostOnce ? 1 : all.retry().maxAttempts()),
					requireNonNullElse(own.rejections().max(), all.rejections().max()),
					rejections(own.rejections(), all.rejections()),
					requireNonNullElse(own.maxCrashes(), all.maxCrashes()),
					requireNonNullElse(own.stuckAfter(), watchdog.stuckAfter()));
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid(prefix, ex);
		}
	}

	private static RetrySettings retry(QueueRetry own, Retry all, int inheritedAttempts) {
		return new RetrySettings(requireNonNullElse(own.maxAttempts(), inheritedAttempts), new Backoff(
				requireNonNullElse(own.delay(), all.delay()), requireNonNullElse(own.multiplier(), all.multiplier()),
				requireNonNullElse(own.maxDelay(), all.maxDelay()), requireNonNullElse(own.jitter(), all.jitter())));
	}

	private static Backoff rejections(QueueRejections own, Rejections all) {
		return new Backoff(requireNonNullElse(own.delay(), all.delay()),
				requireNonNullElse(own.multiplier(), all.multiplier()),
				requireNonNullElse(own.maxDelay(), all.maxDelay()));
	}

}

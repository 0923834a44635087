package dev.kiwi.boot.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import dev.kiwi.boot.autoconfigure.KiwiProperties.Queue;
import dev.kiwi.boot.autoconfigure.KiwiProperties.QueueRejections;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Rejections;
import dev.kiwi.boot.autoconfigure.KiwiProperties.Tasks;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;
import org.jspecify.annotations.Nullable;

/**
 * What properties say, in the engine's terms.
 */
final class EngineSettingsMapper {

	private static final QueueRejections NOTHING = new QueueRejections(null, null, null, null);

	private EngineSettingsMapper() {
	}

	static EngineSettings settings(KiwiProperties properties) {
		Tasks tasks = properties.tasks();
		Map<String, QueueSettings> queues = new HashMap<>();
		tasks.queues().forEach((name, queue) -> queues.put(name, queue(tasks, name, queue)));
		QueueSettings all = forAll(tasks);
		try {
			return new EngineSettings(tasks.defaultQueue(), all, queues, properties.rpc().timeout(),
					properties.rpc().concurrency(), properties.broadcast().concurrency(),
					Math.toIntExact(properties.maxPayload().toBytes()), properties.shutdownTimeout());
		}
		catch (ArithmeticException ex) {
			throw KiwiConfigurationException.invalid("kiwi.max-payload",
					new IllegalArgumentException("a payload is less than 2 GB, not " + properties.maxPayload(), ex));
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid("kiwi", ex);
		}
	}

	private static QueueSettings forAll(Tasks tasks) {
		return settings("kiwi.tasks", tasks.concurrency(), tasks.prefetch(), null, tasks.rejections(), NOTHING);
	}

	private static QueueSettings queue(Tasks tasks, String name, Queue queue) {
		return settings("kiwi.tasks.queues." + name,
				(queue.concurrency() != null) ? queue.concurrency() : tasks.concurrency(), queue.prefetch(),
				tasks.prefetch(), tasks.rejections(), (queue.rejections() != null) ? queue.rejections() : NOTHING);
	}

	private static QueueSettings settings(String prefix, @Nullable Integer concurrency, @Nullable Integer prefetch,
			@Nullable Integer inheritedPrefetch, Rejections all, QueueRejections own) {
		int handlers = Objects.requireNonNullElse(concurrency, QueueSettings.defaults().concurrency());
		// What is said for all must not make a queue of higher concurrency invalid.
		int inherited = Math.max(handlers, Objects.requireNonNullElse(inheritedPrefetch, handlers));
		try {
			Backoff backoff = new Backoff(Objects.requireNonNullElse(own.delay(), all.delay()),
					Objects.requireNonNullElse(own.multiplier(), all.multiplier()),
					Objects.requireNonNullElse(own.maxDelay(), all.maxDelay()));
			return new QueueSettings(handlers, Objects.requireNonNullElse(prefetch, inherited),
					Objects.requireNonNullElse(own.max(), all.max()), backoff);
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid(prefix, ex);
		}
	}

}

package dev.kiwi.boot.autoconfigure;

import java.util.function.Supplier;

import dev.kiwi.boot.listener.TransactionalWorkers;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.jdbc.JdbcTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Warns of a connection pool that kiwi and the transactional workers can empty: whoever
 * comes next would wait for a connection, and the lease with it.
 */
final class PoolSizeCheck implements ApplicationListener<ContextRefreshedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(PoolSizeCheck.class);

	private final EngineSettings settings;

	private final TransactionalWorkers workers;

	private final Supplier<@Nullable DataSourcePoolMetadata> pool;

	private final ApplicationContext context;

	PoolSizeCheck(EngineSettings settings, TransactionalWorkers workers,
			Supplier<@Nullable DataSourcePoolMetadata> pool, ApplicationContext context) {
		this.settings = settings;
		this.workers = workers;
		this.pool = pool;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() == this.context) {
			check();
		}
	}

	private void check() {
		DataSourcePoolMetadata known = this.pool.get();
		Integer max = (known != null) ? known.getMax() : null;
		int handlers = this.workers.queues()
			.stream()
			.mapToInt((queue) -> this.settings.queue(queue).concurrency())
			.sum();
		// one for the rest of the application
		int needed = JdbcTransport.CONNECTIONS + Math.max(1, handlers);
		if (max != null && max >= 0 && max < needed) {
			logger.warn("The connection pool has {} connections, and {} can be in use at once: {} by kiwi, one of them "
					+ "to listen on, and one by each of {} transactional handlers {} (kiwi.tasks.concurrency). Set "
					+ "spring.datasource.hikari.maximum-pool-size (or what your pool calls it) to {} or more", max,
					needed, JdbcTransport.CONNECTIONS, handlers, this.workers.queues(), needed);
		}
	}

}

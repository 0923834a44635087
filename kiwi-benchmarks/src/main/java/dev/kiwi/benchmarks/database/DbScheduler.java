package dev.kiwi.benchmarks.database;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Callers;
import dev.kiwi.benchmarks.load.Cleared;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Work;

/**
 * db-scheduler, with its fastest polling strategy.
 */
final class DbScheduler {

	private static final int THREADS = 10;

	private static final String TABLE = """
			CREATE TABLE IF NOT EXISTS scheduled_tasks (task_name text NOT NULL, task_instance text NOT NULL,
			task_data bytea, execution_time timestamptz NOT NULL, picked boolean NOT NULL, picked_by text,
			last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,
			version bigint NOT NULL, priority smallint, PRIMARY KEY (task_name, task_instance))""";

	private static final String[] INDEXES = {
			"CREATE INDEX IF NOT EXISTS execution_time_idx ON scheduled_tasks (execution_time)",
			"CREATE INDEX IF NOT EXISTS last_heartbeat_idx ON scheduled_tasks (last_heartbeat)" };

	private final AtomicLong ids = new AtomicLong();

	private final AtomicReference<Runnable> handled = new AtomicReference<>(() -> {
	});

	private final OneTimeTask<String> task = Tasks.oneTime("work", String.class)
		.execute((instance, context) -> this.handled.get().run());

	private final HikariDataSource pool;

	private final SchedulerClient client;

	DbScheduler(Store store) throws Exception {
		this.pool = store.pool();
		Store.execute(this.pool, TABLE);
		Store.execute(this.pool, INDEXES);
		this.client = SchedulerClient.Builder.create(this.pool, this.task).build();
	}

	/** Blocking callers. */
	Batch send(int callers) {
		return new Cleared(new Callers(new Closing(() -> {
			this.client.schedule(instance(), Instant.now());
			return CompletableFuture.completedFuture(null);
		}, this.pool), callers), this::clear);
	}

	/** Workers. */
	Batch work() {
		return new Cleared(new Work((pieces) -> {
			this.client.scheduleBatch(Stream.<TaskInstance<?>>generate(this::instance).limit(pieces), Instant.now());
			Store.execute(this.pool, "VACUUM ANALYZE scheduled_tasks");
		}, this::work, this.pool), this::clear);
	}

	private AutoCloseable work(Runnable handled) {
		this.handled.set(handled);
		Scheduler scheduler = Scheduler.create(this.pool, this.task)
			.threads(THREADS)
			.pollUsingLockAndFetch(4, 20)
			.pollingInterval(Duration.ofMillis(100))
			.build();
		scheduler.start();
		return scheduler::stop;
	}

	private TaskInstance<String> instance() {
		return this.task.instance(Long.toString(this.ids.incrementAndGet()), Payload.OBJECT.text());
	}

	private void clear() throws Exception {
		Store.execute(this.pool, "TRUNCATE scheduled_tasks");
	}

}

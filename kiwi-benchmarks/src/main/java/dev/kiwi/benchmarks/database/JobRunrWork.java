package dev.kiwi.benchmarks.database;

import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Work;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/**
 * JobRunr, whose jobs are calls of a static method.
 */
public final class JobRunrWork {

	private static final int WORKERS = 20;

	private static final int POLL_SECONDS = 5;

	private static final AtomicReference<Runnable> handled = new AtomicReference<>(() -> {
	});

	private JobRunrWork() {
	}

	/** The job. */
	public static void handle() {
		handled.get().run();
	}

	static Batch open(Store store) throws Exception {
		HikariDataSource pool = store.pool();
		Jackson3JsonMapper json = new Jackson3JsonMapper();
		StorageProvider storage = SqlStorageProviderFactory.using(pool);
		storage.setJobMapper(new org.jobrunr.jobs.mappers.JobMapper(json));
		JobScheduler jobs = JobRunr.configure()
			.useJsonMapper(json)
			.useStorageProvider(storage)
			.initialize()
			.getJobScheduler();
		return new Work((pieces) -> {
			jobs.enqueue(IntStream.range(0, pieces).boxed(), (piece) -> JobRunrWork.handle());
			Store.execute(pool, "VACUUM ANALYZE jobrunr_jobs");
		}, (job) -> {
			handled.set(job);
			BackgroundJobServer server = new BackgroundJobServer(storage, json, null,
					BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
						.andWorkerCount(WORKERS)
						.andPollIntervalInSeconds(POLL_SECONDS));
			server.start();
			return server::stop;
		}, JobRunr::destroy, pool);
	}

}

package dev.kiwi.benchmarks.database;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Callers;
import dev.kiwi.benchmarks.load.Cleared;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Pipelined;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.benchmarks.load.Work;

/**
 * What the prototype does.
 */
final class PrototypeContenders {

	private final Store store;

	private final Function<String, Prototype> kind;

	PrototypeContenders(Store store, Function<String, Prototype> kind) {
		this.store = store;
		this.kind = kind;
	}

	/** Blocking callers that share commits. */
	Batch send(int callers) throws Exception {
		HikariDataSource pool = this.store.pool();
		Prototype prototype = open(pool);
		SharedCommits commits = new SharedCommits(pool, prototype);
		return new Cleared(new Callers(new Closing(commits, commits, pool), callers), () -> clear(pool, prototype));
	}

	/** One caller, with a commit for each row. */
	Batch sendAlone() throws Exception {
		HikariDataSource pool = this.store.pool();
		Prototype prototype = open(pool);
		Connection connection = pool.getConnection();
		return new Cleared(new Pipelined(new Closing(() -> {
			prototype.insert(connection, List.of(Payload.JSON));
			return CompletableFuture.completedFuture(null);
		}, connection, pool)), () -> clear(pool, prototype));
	}

	/** Workers that finish one batch and claim the next at once. */
	Batch work(int workers) throws Exception {
		HikariDataSource pool = this.store.pool();
		Prototype prototype = open(pool);
		SharedCommits commits = new SharedCommits(pool, prototype);
		return new Cleared(new Work((pieces) -> {
			new Pipelined(commits).run(pieces);
			try (Connection connection = pool.getConnection()) {
				prototype.analyze(connection);
			}
		}, (handled) -> work(pool, prototype, workers, handled), commits, pool), () -> clear(pool, prototype));
	}

	private static AutoCloseable work(HikariDataSource pool, Prototype prototype, int workers, Runnable handled) {
		AtomicBoolean over = new AtomicBoolean();
		ExecutorService threads = Executors.newFixedThreadPool(workers);
		for (int worker = 0; worker < workers; worker++) {
			threads.submit(() -> {
				try (Connection connection = pool.getConnection()) {
					long[] mine = new long[0];
					while (!over.get()) {
						mine = prototype.turn(connection, mine, Store.BATCH);
						for (int task = 0; task < mine.length; task++) {
							handled.run();
						}
					}
				}
				return null;
			});
		}
		return () -> {
			over.set(true);
			threads.shutdown();
			threads.awaitTermination(Waiting.SECONDS, TimeUnit.SECONDS);
		};
	}

	private Prototype open(HikariDataSource pool) throws Exception {
		Prototype prototype = this.kind.apply(Store.name() + "task");
		try (Connection connection = pool.getConnection()) {
			prototype.create(connection);
		}
		return prototype;
	}

	private static void clear(HikariDataSource pool, Prototype prototype) throws Exception {
		try (Connection connection = pool.getConnection()) {
			prototype.clear(connection);
		}
	}

}

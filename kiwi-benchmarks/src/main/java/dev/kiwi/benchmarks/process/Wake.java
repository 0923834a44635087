package dev.kiwi.benchmarks.process;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.test.database.Databases;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The median time in µs from a commit to the begin of the handler. All clocks are the
 * machine's one.
 */
final class Wake implements Contender {

	private static final int LEAST = 10;

	/** Twice what the JVM compiles for good after. */
	private static final int WARM = 10_000;

	private static final int BURST = 20;

	private static final int SETTLED_MILLIS = 500;

	private final Committing sending;

	private final Beginning begun;

	private final AutoCloseable[] resources;

	private Wake(Committing sending, Beginning begun, AutoCloseable... resources) {
		this.sending = sending;
		this.begun = begun;
		this.resources = resources;
	}

	/** From this JVM to another one. */
	static Wake kiwi(String prefix) throws Exception {
		HikariDataSource pool = pool(prefix);
		KiwiCommunicator sender = kiwi(pool, prefix);
		Jvm worker = Jvm.start(Node.class, "wake", Databases.durablePostgreSql(), prefix, "2");
		worker.line("ready");
		Wake wake = new Wake(committing(pool, sender), () -> Long.parseLong(worker.line()), worker, sender, pool);
		return wake.warm(pool, prefix + "task", () -> sender.sendTask(Node.QUEUE, Payload.OBJECT), BURST);
	}

	/** Within this JVM. */
	static Wake kiwiInOne(String prefix) throws Exception {
		HikariDataSource pool = pool(prefix);
		KiwiCommunicator kiwi = kiwi(pool, prefix);
		BlockingQueue<Long> begun = new ArrayBlockingQueue<>(BURST);
		kiwi.addTaskSubscriber(Node.QUEUE, Payload.class, (payload, task) -> begun.add(System.nanoTime()))
			.ready()
			.toCompletableFuture()
			.get(Waiting.SECONDS, TimeUnit.SECONDS);
		return new Wake(committing(pool, kiwi), begun::take, kiwi, pool).warm(pool, prefix + "task",
				() -> kiwi.sendTask(Node.QUEUE, Payload.OBJECT), BURST);
	}

	/**
	 * A thread that is handed the news and claims the row.
	 * @param table a table of its own
	 */
	static Wake handOver(String table) throws Exception {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(Databases.durablePostgreSql());
		HandOver handOver = new HandOver(pool, table);
		return new Wake(handOver::send, handOver::begun, handOver, pool).warm(pool, table, handOver::send, 1);
	}

	/**
	 * Works off as many tasks in all of them, without pauses: this JVM has compiled what
	 * it runs by many rows before, another one is as new as its first task. The table is
	 * empty then.
	 * @param burst how many are sent at once
	 */
	private Wake warm(HikariDataSource pool, String table, Callable<?> sending, int burst) throws Exception {
		for (int sent = 0; sent < WARM; sent += burst) {
			for (int task = 0; task < burst; task++) {
				sending.call();
			}
			for (int task = 0; task < burst; task++) {
				this.begun.next();
			}
		}
		// all are settled by then; each claim would walk over what is dead and not
		// cleared away
		Thread.sleep(SETTLED_MILLIS);
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("TRUNCATE " + table);
		}
		return this;
	}

	@Override
	public double measure(Duration length) throws Exception {
		LongStream.Builder nanos = LongStream.builder();
		int count = 0;
		for (long end = System.nanoTime() + length.toNanos(); count < LEAST || System.nanoTime() < end; count++) {
			long committed = this.sending.send();
			nanos.add(this.begun.next() - committed);
			// the next one finds everybody at rest
			Thread.sleep(2);
		}
		long[] sorted = nanos.build().toArray();
		Arrays.sort(sorted);
		return sorted[count / 2] / 1e3;
	}

	@Override
	public void close() throws Exception {
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

	private static Committing committing(HikariDataSource pool, KiwiCommunicator kiwi) {
		TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
		return () -> {
			long[] committed = new long[1];
			transactions.executeWithoutResult((status) -> {
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public int getOrder() {
						return Integer.MIN_VALUE;
					}

					@Override
					public void afterCommit() {
						committed[0] = System.nanoTime();
					}

				});
				kiwi.sendTask(Node.QUEUE, Payload.OBJECT);
			});
			return committed[0];
		};
	}

	private static HikariDataSource pool(String prefix) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(Databases.durablePostgreSql());
		JdbcSchema.create(pool, prefix);
		return pool;
	}

	private static KiwiCommunicator kiwi(HikariDataSource pool, String prefix) {
		return KiwiCommunicatorBuilder.with(new JdbcTransport(pool, JdbcSettings.DEFAULTS.withTablePrefix(prefix)))
			.build();
	}

	/**
	 * Sends.
	 */
	@FunctionalInterface
	private interface Committing {

		/** Sends, and says when it was committed. */
		long send() throws Exception;

	}

	/**
	 * Handles.
	 */
	@FunctionalInterface
	private interface Beginning {

		/** Waits for the next handler, and says when it began. */
		long next() throws Exception;

	}

}

package dev.kiwi.benchmarks.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Callers;
import dev.kiwi.benchmarks.load.Cleared;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Pipelined;
import dev.kiwi.benchmarks.load.Work;

/**
 * What kiwi does, as a user writes it.
 *
 * @param store where
 * @param analyze has the planner know of what was filled in
 */
record KiwiContenders(Store store, String analyze) {

	private static final String QUEUE = "work";

	/** Blocking callers, each of whom waits until it is accepted. */
	Batch send(int callers) throws Exception {
		HikariDataSource pool = this.store.pool();
		String prefix = Store.name();
		KiwiCommunicator kiwi = Store.kiwi(pool, prefix);
		return new Cleared(
				new Callers(new Closing(() -> kiwi.sendTask(QUEUE, Payload.OBJECT).accepted(), kiwi, pool), callers),
				() -> clear(pool, prefix));
	}

	/** Handlers that do nothing. */
	Batch work() throws Exception {
		HikariDataSource pool = this.store.pool();
		String prefix = Store.name();
		KiwiCommunicator sender = Store.kiwi(pool, prefix);
		KiwiCommunicator worker = Store.kiwi(pool, prefix);
		return new Cleared(new Work((pieces) -> {
			new Pipelined(() -> sender.sendTask(QUEUE, Payload.OBJECT).accepted()).run(pieces);
			Store.execute(pool, this.analyze.formatted(prefix + "task"));
		}, (handled) -> {
			Subscription subscription = worker.addTaskSubscriber(QUEUE, Payload.class, (payload, task) -> {
				handled.run();
				return null;
			});
			return () -> {
				subscription.close();
				subscription.ended().toCompletableFuture().get();
			};
		}, worker, sender, pool), () -> clear(pool, prefix));
	}

	private static void clear(HikariDataSource pool, String prefix) throws Exception {
		Store.execute(pool, "TRUNCATE TABLE " + prefix + "task");
	}

}

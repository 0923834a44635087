package dev.kiwi.benchmarks.database;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.benchmarks.load.Call;
import dev.kiwi.benchmarks.load.Payload;

/**
 * Sends of the prototype that share commits: one writer, that takes all who wait.
 */
final class SharedCommits implements Call {

	private static final int LARGEST = 1000;

	private final BlockingQueue<CompletableFuture<Void>> waiting = new LinkedBlockingQueue<>();

	private final HikariDataSource pool;

	private final Prototype prototype;

	private final Thread writer = new Thread(this::write, "prototype-writer");

	private volatile boolean closed;

	SharedCommits(HikariDataSource pool, Prototype prototype) {
		this.pool = pool;
		this.prototype = prototype;
		this.writer.start();
	}

	@Override
	public CompletableFuture<Void> begin() {
		CompletableFuture<Void> committed = new CompletableFuture<>();
		this.waiting.add(committed);
		return committed;
	}

	private void write() {
		List<CompletableFuture<Void>> batch = new ArrayList<>();
		try (Connection connection = this.pool.getConnection()) {
			while (!this.closed) {
				CompletableFuture<Void> first = this.waiting.poll(100, TimeUnit.MILLISECONDS);
				if (first != null) {
					batch.add(first);
					this.waiting.drainTo(batch, LARGEST);
					this.prototype.insert(connection, batch.stream().map((send) -> Payload.JSON).toList());
					batch.forEach((send) -> send.complete(null));
					batch.clear();
				}
			}
		}
		catch (Exception ex) {
			batch.forEach((send) -> send.completeExceptionally(ex));
		}
	}

	@Override
	public void close() throws Exception {
		this.closed = true;
		this.writer.join();
	}

}

package dev.kiwi.benchmarks.process;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.benchmarks.database.PostgreSqlPrototype;
import dev.kiwi.benchmarks.load.Payload;

/**
 * The prototype's hand-over in one JVM: who has committed wakes a thread, which claims
 * the row.
 */
final class HandOver implements AutoCloseable {

	private final PostgreSqlPrototype prototype;

	private final Connection sending;

	private final Connection claiming;

	private final Semaphore news = new Semaphore(0);

	private final BlockingQueue<Long> begun = new ArrayBlockingQueue<>(1);

	private final Thread worker = new Thread(this::work, "hand-over");

	HandOver(HikariDataSource pool, String table) throws Exception {
		this.prototype = new PostgreSqlPrototype(table);
		this.sending = pool.getConnection();
		this.claiming = pool.getConnection();
		this.prototype.create(this.sending);
		this.worker.start();
	}

	long send() throws Exception {
		this.prototype.insert(this.sending, List.of(Payload.JSON));
		long committed = System.nanoTime();
		this.news.release();
		return committed;
	}

	long begun() throws Exception {
		return this.begun.take();
	}

	private void work() {
		try {
			long[] mine = new long[0];
			while (true) {
				this.news.acquire();
				mine = this.prototype.turn(this.claiming, mine, 1);
				this.begun.add(System.nanoTime());
			}
		}
		catch (InterruptedException ex) {
			// closed
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() throws Exception {
		this.worker.interrupt();
		this.worker.join();
	}

}

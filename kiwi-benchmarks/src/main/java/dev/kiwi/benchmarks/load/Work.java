package dev.kiwi.benchmarks.load;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

/**
 * Work that waits in a queue, and workers that begin when the time is taken. What is
 * timed ends with the last handler.
 */
public final class Work implements Batch {

	private final Filling filling;

	private final Worker worker;

	private final List<AutoCloseable> resources;

	private volatile CountDownLatch handled = new CountDownLatch(0);

	private @Nullable AutoCloseable working;

	/**
	 * Work.
	 * @param filling fills the queue
	 * @param worker begins to work it off
	 * @param resources closed at the end
	 */
	public Work(Filling filling, Worker worker, AutoCloseable... resources) {
		this.filling = filling;
		this.worker = worker;
		this.resources = List.of(resources);
	}

	@Override
	public void prepare(int pieces) throws Exception {
		this.filling.fill(pieces);
		this.handled = new CountDownLatch(pieces);
	}

	@Override
	public void run(int pieces) throws Exception {
		this.working = this.worker.work(() -> this.handled.countDown());
		Waiting.on(this.handled, "Tasks");
	}

	@Override
	public void close() throws Exception {
		finish();
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

	@Override
	public void finish() throws Exception {
		if (this.working != null) {
			this.working.close();
			this.working = null;
		}
	}

	/**
	 * Fills a queue.
	 */
	@FunctionalInterface
	public interface Filling {

		void fill(int pieces) throws Exception;

	}

	/**
	 * Begins to work.
	 */
	@FunctionalInterface
	public interface Worker {

		AutoCloseable work(Runnable handler) throws Exception;

	}

}

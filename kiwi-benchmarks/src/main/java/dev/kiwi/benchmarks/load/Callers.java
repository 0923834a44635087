package dev.kiwi.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that each wait for their call before they begin the next.
 */
public final class Callers implements Batch {

	private final Call call;

	private final int threads;

	private final ExecutorService pool;

	/**
	 * Callers.
	 * @param call the call, closed with this
	 * @param threads how many there are
	 */
	public Callers(Call call, int threads) {
		this.call = call;
		this.threads = threads;
		this.pool = Executors.newFixedThreadPool(threads);
	}

	@Override
	public void run(int pieces) throws Exception {
		List<Future<?>> callers = new ArrayList<>();
		for (int thread = 0; thread < this.threads; thread++) {
			int own = (pieces + thread) / this.threads;
			callers.add(this.pool.submit(() -> {
				for (int piece = 0; piece < own; piece++) {
					this.call.begin().get(Waiting.SECONDS, TimeUnit.SECONDS);
				}
				return null;
			}));
		}
		for (Future<?> caller : callers) {
			caller.get();
		}
	}

	@Override
	public void close() throws Exception {
		this.pool.shutdown();
		this.call.close();
	}

}

package dev.kiwi.benchmarks.load;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Always so many calls on their way.
 *
 * @param call the call
 * @param width how many
 */
public record Outstanding(Call call, int width) implements Batch {

	@Override
	public void run(int pieces) throws Exception {
		Semaphore room = new Semaphore(this.width);
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		for (int piece = 0; piece < pieces; piece++) {
			acquire(room, 1);
			this.call.begin().whenComplete((done, failed) -> {
				if (failed != null) {
					failure.set(failed);
				}
				room.release();
			});
		}
		acquire(room, this.width);
		Throwable failed = failure.get();
		if (failed != null) {
			throw new IllegalStateException("A call failed", failed);
		}
	}

	@Override
	public void close() throws Exception {
		this.call.close();
	}

	private static void acquire(Semaphore room, int permits) throws InterruptedException {
		if (!room.tryAcquire(permits, Waiting.SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("Calls are not done after " + Waiting.SECONDS + " s");
		}
	}

}

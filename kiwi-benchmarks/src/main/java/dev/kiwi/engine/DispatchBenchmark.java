package dev.kiwi.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A burst of short work from one thread, through a lane: on the engine's executor, which
 * wakes its threads one by one, and on a pool that wakes one for each item.
 */
@State(Scope.Benchmark)
public class DispatchBenchmark {

	private static final int BURST = 250;

	/** As wide as the lane of the engine's callbacks. */
	private static final int WIDTH = 64;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Lane<CountDownLatch> staggered = lane(new StaggeredExecutor(this.threads, this.threads));

	private final Lane<CountDownLatch> direct = lane(this.threads);

	@Benchmark
	@OperationsPerInvocation(BURST)
	public void staggered() throws InterruptedException {
		burst(this.staggered);
	}

	@Benchmark
	@OperationsPerInvocation(BURST)
	public void direct() throws InterruptedException {
		burst(this.direct);
	}

	private static void burst(Lane<CountDownLatch> lane) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(BURST);
		for (int item = 0; item < BURST; item++) {
			lane.offer(done);
		}
		done.await();
	}

	private static Lane<CountDownLatch> lane(Executor executor) {
		return new Lane<>(executor, WIDTH, (done) -> {
			done.countDown();
			return null;
		});
	}

	@TearDown
	public void end() {
		this.threads.shutdown();
	}

}

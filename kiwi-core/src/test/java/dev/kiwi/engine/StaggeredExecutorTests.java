package dev.kiwi.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StaggeredExecutorTests {

	/** Runs what it is given when the test says so. */
	private final Queue<Runnable> threads = new ArrayDeque<>();

	private final List<Integer> done = new ArrayList<>();

	@Test
	void aBurstWakesOneThreadWhichWakesTheNext() {
		StaggeredExecutor executor = new StaggeredExecutor(this.threads::add, this.threads::add);
		List.of(1, 2, 3).forEach((number) -> executor.execute(() -> this.done.add(number)));
		assertThat(this.threads).hasSize(1);
		Objects.requireNonNull(this.threads.poll()).run();
		assertThat(this.done).containsExactly(1, 2, 3);
		assertThat(this.threads).hasSize(1);
	}

	@Test
	void aTaskThatBlocksHoldsUpNobody() throws Exception {
		ExecutorService pool = Executors.newCachedThreadPool();
		try {
			StaggeredExecutor executor = new StaggeredExecutor(pool, pool);
			int tasks = 50;
			CountDownLatch together = new CountDownLatch(tasks);
			for (int task = 0; task < tasks; task++) {
				executor.execute(() -> {
					together.countDown();
					try {
						together.await(30, TimeUnit.SECONDS);
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				});
			}
			assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			pool.shutdownNow();
		}
	}

	@Test
	void anInterruptOfOneTaskIsNotSeenByTheNext() {
		StaggeredExecutor executor = new StaggeredExecutor(this.threads::add, this.threads::add);
		executor.execute(() -> Thread.currentThread().interrupt());
		executor.execute(() -> this.done.add(Thread.currentThread().isInterrupted() ? 1 : 0));
		Objects.requireNonNull(this.threads.poll()).run();
		assertThat(this.done).containsExactly(0);
	}

	@Test
	void whatIsRejectedIsNotDoneLater() {
		StaggeredExecutor executor = new StaggeredExecutor((task) -> {
			if (this.done.isEmpty()) {
				throw new RejectedExecutionException();
			}
			task.run();
		}, this.threads::add);
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> executor.execute(() -> this.done.add(1)));
		this.done.add(0);
		executor.execute(() -> this.done.add(2));
		assertThat(this.done).containsExactly(0, 2);
	}

	@Test
	void whereNoThreadCanBeStartedItIsTriedAgainLater() {
		List<Runnable> later = new ArrayList<>();
		AtomicBoolean exhausted = new AtomicBoolean(true);
		StaggeredExecutor executor = new StaggeredExecutor((thread) -> {
			if (exhausted.get()) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.threads.add(thread);
		}, later::add);
		executor.execute(() -> this.done.add(1));
		executor.execute(() -> this.done.add(2));
		assertThat(later).hasSize(1);
		later.remove(0).run();
		assertThat(later).hasSize(1);
		exhausted.set(false);
		later.remove(0).run();
		Objects.requireNonNull(this.threads.poll()).run();
		assertThat(this.done).containsExactly(1, 2);
	}

	@Test
	void aThreadThatCanStartNoOtherDoesWhatItBeganWith() {
		List<Runnable> later = new ArrayList<>();
		AtomicBoolean exhausted = new AtomicBoolean();
		StaggeredExecutor executor = new StaggeredExecutor((thread) -> {
			if (exhausted.get()) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			this.threads.add(thread);
		}, later::add);
		List.of(1, 2, 3).forEach((number) -> executor.execute(() -> this.done.add(number)));
		exhausted.set(true);
		Objects.requireNonNull(this.threads.poll()).run();
		assertThat(this.done).containsExactly(1, 2, 3);
	}

}

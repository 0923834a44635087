package dev.kiwi.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LaneTests {

	/** Runs what it is given when the test says so. */
	private final Queue<Runnable> executor = new ArrayDeque<>();

	@Test
	void itemsOfALaneOfWidthOneAreWorkedOnInOrder() {
		List<Integer> done = new ArrayList<>();
		Lane<Integer> lane = new Lane<>(this.executor::add, 1, (item) -> {
			done.add(item);
			return null;
		});
		List.of(1, 2, 3).forEach(lane::offer);
		assertThat(this.executor).hasSize(1);
		runAll();
		assertThat(done).containsExactly(1, 2, 3);
	}

	@Test
	void anItemKeepsItsPlaceUntilItsStageCompletes() {
		List<Integer> begun = new ArrayList<>();
		CompletableFuture<Void> first = new CompletableFuture<>();
		Lane<Integer> lane = new Lane<>(this.executor::add, 1, (item) -> {
			begun.add(item);
			return first;
		});
		lane.offer(1);
		lane.offer(2);
		runAll();
		assertThat(begun).containsExactly(1);
		first.complete(null);
		runAll();
		assertThat(begun).containsExactly(1, 2);
	}

	@Test
	void whatHasNotBegunCanBeTakenBack() {
		Lane<Integer> lane = new Lane<>(this.executor::add, 1, (item) -> new CompletableFuture<>());
		List.of(1, 2, 3).forEach(lane::offer);
		runAll();
		assertThat(lane.clear()).containsExactly(2, 3);
	}

	@Test
	void afterAFailureTheNextItemIsWorkedOn() {
		List<Integer> done = new ArrayList<>();
		Lane<Integer> lane = new Lane<>(this.executor::add, 1, (item) -> {
			if (item == 1) {
				throw new StackOverflowError();
			}
			done.add(item);
			return CompletableFuture.failedStage(new IllegalStateException());
		});
		List.of(1, 2, 3).forEach(lane::offer);
		runAll();
		assertThat(done).containsExactly(2, 3);
	}

	@Test
	void noMoreItemsThanItsWidthAreWorkedOnAtOnceAndNoneIsMissed() throws Exception {
		int items = 20_000;
		AtomicInteger now = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		CompletableFuture<Void> all = new CompletableFuture<>();
		ExecutorService pool = Executors.newCachedThreadPool();
		try {
			Lane<Integer> lane = new Lane<>(pool, 3, (item) -> {
				most.accumulateAndGet(now.incrementAndGet(), Math::max);
				now.decrementAndGet();
				if (done.incrementAndGet() == items) {
					all.complete(null);
				}
				return (item % 7 == 0) ? CompletableFuture.runAsync(Thread::yield, pool) : null;
			});
			for (int item = 0; item < items; item++) {
				lane.offer(item);
			}
			all.get(30, TimeUnit.SECONDS);
			assertThat(most).hasValueLessThanOrEqualTo(3);
		}
		finally {
			pool.shutdownNow();
		}
	}

	private void runAll() {
		for (Runnable next = this.executor.poll(); next != null; next = this.executor.poll()) {
			next.run();
		}
	}

}

package dev.kiwi.engine;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class AnswerFutureTests {

	private final AnswerFuture<String> future = new AnswerFuture<>();

	private final AtomicReference<Object> got = new AtomicReference<>();

	private final AtomicReference<Thread> completedBy = new AtomicReference<>();

	@Test
	void whereNobodyWaitsTheOtherCompletesIt() {
		this.future.completeBy(this::complete, Runnable::run);
		assertThat(this.future).isCompletedWithValue("x");
		assertThat(this.completedBy).hasValue(Thread.currentThread());
	}

	@Test
	void whoeverWaitsCompletesIt() throws Exception {
		Thread waiting = waiting(this.future::get);
		awaitWaiting(waiting);
		this.future.completeBy(this::complete, AnswerFutureTests::refuse);
		waiting.join();
		assertThat(this.got).hasValue("x");
		assertThat(this.completedBy).hasValue(waiting);
	}

	@Test
	void theSameHoldsForJoinAndForGetWithATime() throws Exception {
		AnswerFuture<String> other = new AnswerFuture<>();
		Thread joining = waiting(this.future::join);
		Thread timed = waiting(() -> other.get(20, TimeUnit.SECONDS));
		awaitWaiting(joining);
		awaitWaiting(timed);
		this.future.completeBy(this::complete, AnswerFutureTests::refuse);
		other.completeBy(() -> other.complete("y"), AnswerFutureTests::refuse);
		joining.join();
		timed.join();
		assertThat(this.future).isCompletedWithValue("x");
		assertThat(other).isCompletedWithValue("y");
	}

	@Test
	void whoeverComesBeforeTheOtherCompletesItOnce() throws Exception {
		Queue<Runnable> other = new ArrayDeque<>();
		AtomicInteger times = new AtomicInteger();
		this.future.completeBy(() -> this.future.complete("x" + times.incrementAndGet()), other::add);
		assertThat(this.future).isNotDone();
		assertThat(this.future.get()).isEqualTo("x1");
		other.remove().run();
		assertThat(times).hasValue(1);
	}

	@Test
	void allWhoWaitGetIt() throws Exception {
		Thread first = waiting(this.future::get);
		Thread second = waiting(this.future::get);
		awaitWaiting(first);
		awaitWaiting(second);
		this.future.completeBy(this::complete, AnswerFutureTests::refuse);
		first.join();
		second.join();
		assertThat(this.completedBy).hasValue(first);
	}

	@Test
	void whoeverStillWaitsWhenTheFirstHasLeftGetsIt() throws Exception {
		Thread first = waiting(this.future::get);
		awaitWaiting(first);
		Thread second = waiting(this.future::get);
		awaitWaiting(second);
		first.interrupt();
		first.join();
		assertThat(this.got.get()).isInstanceOf(InterruptedException.class);
		this.future.completeBy(this::complete, Runnable::run);
		second.join();
		assertThat(this.got).hasValue("x");
	}

	@Test
	void anInterruptOutlastsAJoin() throws Exception {
		Thread joining = waiting(() -> this.future.join() + Thread.currentThread().isInterrupted());
		awaitWaiting(joining);
		joining.interrupt();
		await().until(() -> !joining.isInterrupted());
		this.future.completeBy(this::complete, Runnable::run);
		joining.join();
		assertThat(this.got).hasValue("xtrue");
	}

	@Test
	void whoeverElseCompletesItWakesWhoeverWaits() throws Exception {
		Thread waiting = waiting(this.future::get);
		awaitWaiting(waiting);
		this.future.completeAsync(() -> "z");
		waiting.join();
		assertThat(this.got).hasValue("z");
	}

	@Test
	void whoeverWaitedTooLongOrWasInterruptedIsLeftNothing() throws Exception {
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.future.get(1, TimeUnit.MILLISECONDS));
		Thread waiting = waiting(this.future::get);
		awaitWaiting(waiting);
		waiting.interrupt();
		waiting.join();
		assertThat(this.got.get()).isInstanceOf(InterruptedException.class);
		this.future.completeBy(this::complete, Runnable::run);
		assertThat(this.completedBy).hasValue(Thread.currentThread());
	}

	@Test
	void aFailureReachesWhoeverWaits() throws Exception {
		Thread waiting = waiting(this.future::get);
		awaitWaiting(waiting);
		this.future.completeBy(() -> this.future.completeExceptionally(new IllegalStateException("no")),
				AnswerFutureTests::refuse);
		waiting.join();
		assertThat(this.got.get()).isInstanceOf(ExecutionException.class);
	}

	@Test
	void itIsCompletedHoweverItAndAnInterruptMeet() throws Exception {
		for (int round = 0; round < 200; round++) {
			AnswerFuture<String> one = new AnswerFuture<>();
			Thread waiting = waiting(one::get);
			CompletableFuture<Void> interrupting = CompletableFuture.runAsync(waiting::interrupt);
			one.completeBy(() -> one.complete("x"), Runnable::run);
			interrupting.join();
			waiting.join();
			assertThat(one).isCompletedWithValue("x");
		}
	}

	@Test
	void manyThatComeSoonAreGotAndOneThatDoesNotIsNotWaitedForInVain() throws Exception {
		ExecutorService answering = Executors.newSingleThreadExecutor();
		for (int number = 0; number < 10_000; number++) {
			int own = number;
			AnswerFuture<Integer> one = new AnswerFuture<>();
			answering.execute(() -> one.completeBy(() -> one.complete(own), Runnable::run));
			assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(own);
		}
		answering.shutdown();
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.future.get(1, TimeUnit.MILLISECONDS));
		Thread waiting = waiting(this.future::get);
		awaitWaiting(waiting);
		this.future.completeBy(this::complete, AnswerFutureTests::refuse);
		waiting.join();
		assertThat(this.completedBy).hasValue(waiting);
	}

	private static void refuse(Runnable completion) {
		throw new AssertionError("There is somebody who waits");
	}

	private static void awaitWaiting(Thread thread) {
		await().until(() -> LockSupport.getBlocker(thread) != null);
	}

	private void complete() {
		this.completedBy.set(Thread.currentThread());
		this.future.complete("x");
	}

	private Thread waiting(Waiting waiting) {
		Thread thread = new Thread(() -> {
			try {
				this.got.set(waiting.get());
			}
			catch (Exception ex) {
				this.got.set(ex);
			}
		});
		thread.start();
		return thread;
	}

	@FunctionalInterface
	private interface Waiting {

		Object get() throws Exception;

	}

}

package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

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
	void nobodyWhoWaitsIsLeftNothing() {
		assertThat(this.future.leave(() -> this.future.complete("x"))).isFalse();
		assertThat(this.future).isNotDone();
	}

	@Test
	void whoeverWaitsCompletesIt() throws Exception {
		Thread waiting = waiting(this.future::get);
		await().until(() -> this.future.leave(this::complete));
		waiting.join();
		assertThat(this.got).hasValue("x");
		assertThat(this.completedBy).hasValue(waiting);
	}

	@Test
	void theSameHoldsForJoinAndForGetWithATime() throws Exception {
		AnswerFuture<String> other = new AnswerFuture<>();
		Thread joining = waiting(this.future::join);
		Thread timed = waiting(() -> other.get(20, TimeUnit.SECONDS));
		await().until(() -> this.future.leave(this::complete));
		await().until(() -> other.leave(() -> other.complete("y")));
		joining.join();
		timed.join();
		assertThat(this.future).isCompletedWithValue("x");
		assertThat(other).isCompletedWithValue("y");
	}

	@Test
	void allWhoWaitGetIt() throws Exception {
		Thread first = waiting(this.future::get);
		Thread second = waiting(this.future::get);
		await().until(() -> first.getState() == Thread.State.TIMED_WAITING
				&& second.getState() == Thread.State.TIMED_WAITING);
		assertThat(this.future.leave(this::complete)).isTrue();
		first.join();
		second.join();
		assertThat(this.completedBy.get()).isIn(first, second);
	}

	@Test
	void whoeverElseCompletesItWakesWhoeverWaits() throws Exception {
		Thread waiting = waiting(this.future::get);
		await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
		this.future.completeAsync(() -> "z");
		waiting.join();
		assertThat(this.got).hasValue("z");
	}

	@Test
	void whoeverWaitedTooLongOrWasInterruptedIsLeftNothing() throws Exception {
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.future.get(1, TimeUnit.MILLISECONDS));
		Thread waiting = waiting(this.future::get);
		await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
		waiting.interrupt();
		waiting.join();
		assertThat(this.got.get()).isInstanceOf(InterruptedException.class);
		assertThat(this.future.leave(this::complete)).isFalse();
	}

	@Test
	void aFailureReachesWhoeverWaits() throws Exception {
		Thread waiting = waiting(this.future::get);
		await()
			.until(() -> this.future.leave(() -> this.future.completeExceptionally(new IllegalStateException("no"))));
		waiting.join();
		assertThat(this.got.get()).isInstanceOf(ExecutionException.class);
	}

	@Test
	void whoeverIsInterruptedWhileItIsLeftToThemCompletesItAllTheSame() throws Exception {
		for (int round = 0; round < 200; round++) {
			AnswerFuture<String> one = new AnswerFuture<>();
			Thread waiting = waiting(one::get);
			CompletableFuture<Void> interrupting = CompletableFuture.runAsync(waiting::interrupt);
			boolean left = one.leave(() -> one.complete("x"));
			interrupting.join();
			waiting.join();
			assertThat(one.isDone()).isEqualTo(left);
		}
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

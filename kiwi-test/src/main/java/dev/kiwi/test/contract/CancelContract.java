package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import java.util.concurrent.TimeoutException;
import dev.kiwi.CancelOutcome;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks that somebody does not want any more.
 */
interface CancelContract extends Environment {

	@Test
	default void aRunningHandlerIsInterruptedAndTold() {
		KiwiCommunicator worker = process();
		KiwiCommunicator sender = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Boolean> flag = new CompletableFuture<>();
		CompletableFuture<Void> callback = new CompletableFuture<>();
		worker.addTaskSubscriber("long", String.class, (text, task) -> {
			task.onCancel(() -> callback.complete(null));
			begun.complete(null);
			try {
				new Semaphore(0).acquire();
				return null;
			}
			finally {
				flag.complete(task.isCancelled());
			}
		});
		TaskHandle<String> handle = sender.sendTask("long", "x", String.class);
		get(begun);
		assertThat(get(handle.cancel())).isEqualTo(CancelOutcome.REQUESTED);
		get(callback);
		assertThat(get(flag)).isTrue();
		assertThat(failure(handle.result())).isInstanceOf(CancellationException.class);
		assertThat(handle.result()).isCancelled();
		assertThat(sender.deadLetters().list()).isEmpty();
	}

	@Test
	default void aStageThatAHandlerReturnedIsCancelled() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> stage = new CompletableFuture<>();
		kiwi.addTaskSubscriber("async", String.class, (text, task) -> stage);
		TaskHandle<String> handle = kiwi.sendTask("async", "x", String.class);
		await().atMost(PATIENCE).until(handle::isPending);
		handle.cancel();
		assertThat(failure(handle.result())).isInstanceOf(CancellationException.class);
		assertThat(stage).isCancelled();
	}

	@Test
	default void whoHasGivenUpWaitingCanStillCancel() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> stage = new CompletableFuture<>();
		kiwi.addTaskSubscriber("async", String.class, (text, task) -> stage);
		TaskHandle<String> handle = kiwi.sendTask("async", "x", String.class);
		await().atMost(PATIENCE).until(handle::isPending);
		handle.result().completeExceptionally(new TimeoutException("this took too long"));
		assertThat(get(handle.cancel())).isEqualTo(CancelOutcome.REQUESTED);
		await().atMost(PATIENCE).until(stage::isCancelled);
	}

	@Test
	default void aHandlerThatFinishesAllTheSameHasItsResult() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		kiwi.addTaskSubscriber("stubborn", String.class, (text, task) -> {
			begun.complete(null);
			try {
				new Semaphore(0).acquire();
			}
			catch (InterruptedException ex) {
				return "finished";
			}
			return null;
		});
		TaskHandle<String> handle = kiwi.sendTask("stubborn", "x", String.class);
		get(begun);
		handle.cancel();
		assertThat(get(handle.result())).isEqualTo("finished");
		assertThat(get(handle.cancel())).isEqualTo(CancelOutcome.ALREADY_FINISHED);
	}

	@Test
	default void aQueuedTaskIsNeverBegunByALaterWorker() {
		KiwiCommunicator sender = process();
		TaskHandle<String> cancelled = sender.sendTask("queued", "cancelled", String.class);
		TaskHandle<String> other = sender.sendTask("queued", "other", String.class);
		get(cancelled.accepted());
		assertThat(get(process().cancelTask(cancelled.id()))).isIn(CancelOutcome.CANCELLED, CancelOutcome.REQUESTED);
		List<String> run = new CopyOnWriteArrayList<>();
		process().addTaskSubscriber("queued", String.class, (text, task) -> {
			run.add(text);
			return text;
		});
		assertThat(get(other.result())).isEqualTo("other");
		assertThat(failure(cancelled.result())).isInstanceOf(CancellationException.class);
		assertThat(run).containsExactly("other");
	}

	@Test
	default void aDelayedTaskAndOneThatWaitsForItsNextAttemptAreCancelled() {
		KiwiCommunicator kiwi = process((defaults) -> defaults.withTasks(
				QueueSettings.defaults().withRetry(2, new Backoff(Duration.ofSeconds(1), 1, Duration.ofSeconds(1)))));
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		kiwi.addTaskSubscriber("wait", String.class, (text, task) -> {
			attempts.add(task.attempt());
			throw new IllegalStateException("later");
		});
		TaskHandle<String> delayed = kiwi.sendTask(Task.of("wait", "x").withDelay(Duration.ofSeconds(4)), String.class);
		get(delayed.accepted());
		delayed.cancel();
		assertThat(failure(delayed.result())).isInstanceOf(CancellationException.class);
		assertThat(attempts).isEmpty();
		TaskHandle<String> retried = kiwi.sendTask("wait", "y", String.class);
		CompletableFuture<Void> failed = new CompletableFuture<>();
		retried.onUpdate((update) -> failed.complete(null));
		get(failed);
		retried.cancel();
		assertThat(failure(retried.result())).isInstanceOf(CancellationException.class);
		assertThat(attempts).containsExactly(1);
	}

	@Test
	default void aCancellationReachesTheWorkerThatTakesOver() {
		KiwiCommunicator victim = process();
		KiwiCommunicator sender = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		victim.addTaskSubscriber("over", String.class, (text, task) -> {
			begun.complete(null);
			while (!task.isCancelled()) {
				new CompletableFuture<>().get();
			}
			return null;
		});
		TaskHandle<String> handle = sender.sendTask("over", "x", String.class);
		get(begun);
		kill(victim);
		handle.cancel();
		List<String> run = new CopyOnWriteArrayList<>();
		process().addTaskSubscriber("over", String.class, (text, task) -> run.add(text));
		assertThat(failure(handle.result())).isInstanceOf(CancellationException.class);
		assertThat(run).isEmpty();
	}

	@Test
	default void anOldCancellationDoesNotReachARelaunch() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<String> relaunched = new CompletableFuture<>();
		kiwi.addTaskSubscriber("again", String.class, (text, task) -> {
			if (task.launch() == 0) {
				throw new IllegalStateException("broken");
			}
			relaunched.complete(task.id());
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("again", "x", String.class);
		failure(handle.result());
		letter(kiwi);
		get(kiwi.cancelTask(handle.id()));
		kiwi.deadLetters().relaunch(handle.id());
		assertThat(get(relaunched)).isEqualTo(handle.id());
	}

	@Test
	default void aRelaunchCanBeCancelled() {
		KiwiCommunicator kiwi = process();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		kiwi.addTaskSubscriber("again", String.class, (text, task) -> {
			if (task.launch() == 0) {
				throw new IllegalStateException("broken");
			}
			task.onCancel(() -> stopped.complete(null));
			begun.complete(null);
			new Semaphore(0).acquire();
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("again", "x", String.class);
		letter(kiwi);
		get(kiwi.cancelTask(handle.id()));
		kiwi.deadLetters().relaunch(handle.id());
		get(begun);
		get(kiwi.cancelTask(handle.id()));
		get(stopped);
	}

	@Test
	default void whatIsOverStaysAsItIs() {
		KiwiCommunicator kiwi = process();
		kiwi.addTaskSubscriber("done", String.class, (text, task) -> text);
		TaskHandle<String> handle = kiwi.sendTask("done", "x", String.class);
		assertThat(get(handle.result())).isEqualTo("x");
		assertThat(get(handle.cancel())).isEqualTo(CancelOutcome.ALREADY_FINISHED);
		assertThat(get(handle.result())).isEqualTo("x");
	}

	@Test
	default void aPulledTaskHearsOfIt() {
		KiwiCommunicator kiwi = process();
		TaskHandle<String> handle = kiwi.sendTask("pull", "x", String.class);
		try (var task = kiwi.taskQueue("pull").next(PATIENCE).orElseThrow()) {
			handle.cancel();
			await().atMost(PATIENCE).until(() -> task.context().isCancelled());
			task.fail(new IllegalStateException("stopped"));
		}
		assertThat(failure(handle.result())).isInstanceOf(CancellationException.class);
	}

}

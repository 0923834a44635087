package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskFailedException;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.engine.RetrySettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator sees of every task, also once all that sent and worked are gone: of a
 * transport that knows every task, or keeps events of them. Its test extends this and
 * says how to connect.
 */
@Timeout(120)
public abstract class DurableViewContract extends Processes {

	@Test
	void whatIsOverIsToldOnceSenderAndWorkerAreGone() {
		KiwiCommunicator worker = process();
		KiwiCommunicator sender = process();
		worker.addTaskSubscriber("work", String.class, (text, task) -> {
			if (text.equals("bad")) {
				throw new IllegalStateException("no luck");
			}
			return text;
		});
		TaskHandle<String> good = sender.sendTask("work", "good", String.class);
		TaskHandle<String> bad = sender.sendTask("work", "bad", String.class);
		TaskHandle<String> unwanted = sender.sendTask("nobody", "unwanted", String.class);
		get(unwanted.accepted());
		get(unwanted.cancel());
		worker.addTaskSubscriber("nobody", String.class, (text, task) -> text);
		get(good.result());
		failure(bad.result());
		failure(unwanted.result());
		String instance = worker.admin().self().instance();
		worker.close();
		sender.close();
		KiwiCommunicator operator = process();
		TaskInfo succeeded = task(operator, good.id());
		assertThat(succeeded.state()).isEqualTo(TaskState.SUCCEEDED);
		assertThat(succeeded.queue()).isEqualTo("work");
		assertThat(succeeded.result()).isEqualTo("\"good\"");
		TaskInfo failed = task(operator, bad.id());
		assertThat(failed.state()).isEqualTo(TaskState.FAILED);
		assertThat(failed.error()).contains("no luck");
		assertThat(task(operator, unwanted.id()).state()).isEqualTo(TaskState.CANCELLED);
		assertThat(List.of(succeeded, failed)).allSatisfy((task) -> {
			assertThat(task.since()).isNotNull();
			if (task.worker() != null) {
				assertThat(task.worker().instance()).isEqualTo(instance);
				assertThat(task.attempts()).isEqualTo(1);
			}
		});
	}

	@Test
	void whatWaitsIsQueuedOrDelayedThoughItsSenderIsGone() {
		KiwiCommunicator sender = process();
		SentTask queued = sender.sendTask("wait", "x");
		SentTask delayed = sender.sendTask(Task.of("wait", "y").withDelay(Duration.ofHours(1)));
		get(queued.accepted());
		get(delayed.accepted());
		assertThat(task(sender, queued.id()).state()).as("at once").isEqualTo(TaskState.QUEUED);
		sender.close();
		KiwiCommunicator operator = process();
		assertThat(task(operator, queued.id()).state()).isEqualTo(TaskState.QUEUED);
		assertThat(task(operator, queued.id()).attempts()).isZero();
		assertThat(task(operator, queued.id()).worker()).isNull();
		assertThat(task(operator, delayed.id()).state()).isEqualTo(TaskState.DELAYED);
		assertThat(operator.admin().task("never-sent-1").map(TaskInfo::state).orElse(TaskState.UNKNOWN))
			.isEqualTo(TaskState.UNKNOWN);
	}

	@Test
	void aFailedAttemptIsDelayedUntilTheNext() {
		KiwiCommunicator worker = process(
				(settings) -> settings.withTasks(QueueSettings.defaults().withRetry(2, RetrySettings.NONE.backoff())));
		worker.addTaskSubscriber("again", String.class, (text, task) -> {
			throw TaskFailedException.retryAfter(Duration.ofHours(1), "not yet", null);
		});
		SentTask sent = worker.sendTask("again", "x");
		get(sent.accepted());
		await().atMost(PATIENCE).until(() -> task(worker, sent.id()).state() == TaskState.DELAYED);
		worker.close();
		TaskInfo waiting = task(process(), sent.id());
		assertThat(waiting.state()).isEqualTo(TaskState.DELAYED);
		assertThat(waiting.attempts()).isEqualTo(1);
	}

	@Test
	void aRelaunchedDeadLetterWaitsAgain() {
		KiwiCommunicator worker = process();
		worker.addTaskSubscriber("letters", String.class, (text, task) -> {
			throw new IllegalStateException("dead");
		});
		SentTask sent = worker.sendTask("letters", "x");
		await().atMost(PATIENCE).until(() -> task(worker, sent.id()).state() == TaskState.FAILED);
		worker.close();
		KiwiCommunicator operator = process();
		assertThat(task(operator, sent.id()).state()).isEqualTo(TaskState.FAILED);
		assertThat(operator.deadLetters().relaunch((letter) -> letter.queue().equals("letters"))).isEqualTo(1);
		assertThat(task(operator, sent.id()).state()).isEqualTo(TaskState.QUEUED);
		KiwiCommunicator other = process();
		assertThat(task(other, sent.id()).state()).isEqualTo(TaskState.QUEUED);
		other.addTaskSubscriber("letters", String.class, (text, task) -> text);
		await().atMost(PATIENCE).until(() -> task(operator, sent.id()).state() == TaskState.SUCCEEDED);
	}

	@Test
	void whoRunsATaskAfterItsFirstWorkerDiedIsSeen() {
		KiwiCommunicator first = process(1, 1);
		KiwiCommunicator second = process(1, 1);
		KiwiCommunicator operator = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> begun = new CompletableFuture<>();
		first.addTaskSubscriber("die", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			return "first";
		});
		SentTask sent = operator.sendTask("die", "x");
		get(begun);
		TaskInfo running = task(operator, sent.id());
		assertThat(running.state()).isEqualTo(TaskState.RUNNING);
		assertThat(running.worker()).isEqualTo(first.admin().self());
		kill(first);
		second.addTaskSubscriber("die", String.class, (text, task) -> {
			release.acquire();
			return "second";
		});
		TaskInfo again = await().atMost(PATIENCE)
			.until(() -> task(operator, sent.id()),
					(task) -> task.state() == TaskState.RUNNING && second.admin().self().equals(task.worker()));
		assertThat(again.attempts()).isEqualTo(1);
		release.release(2);
		await().atMost(PATIENCE).until(() -> task(operator, sent.id()).state() == TaskState.SUCCEEDED);
		second.close();
		TaskInfo over = task(process(), sent.id());
		assertThat(over.state()).isEqualTo(TaskState.SUCCEEDED);
		if (over.worker() != null) {
			assertThat(over.worker()).isEqualTo(second.admin().self());
		}
	}

	@Test
	void aTaskThatIsGivenBackWaitsAgain() {
		KiwiCommunicator puller = process();
		KiwiCommunicator operator = process();
		SentTask sent = operator.sendTask("pull", "x");
		get(sent.accepted());
		try (IncomingTask pulled = puller.taskQueue("pull").next(PATIENCE).orElseThrow()) {
			assertThat(pulled.context().id()).isEqualTo(sent.id());
			assertThat(task(operator, sent.id()).state()).isEqualTo(TaskState.RUNNING);
		}
		await().atMost(PATIENCE).until(() -> task(operator, sent.id()).state() == TaskState.QUEUED);
	}

	@Test
	void everyTaskIsListedByStateAndPageOnceAllAreGone() {
		KiwiCommunicator worker = process();
		worker.addTaskSubscriber("list", Integer.class, (number, task) -> {
			if (number % 2 == 1) {
				throw new IllegalStateException("odd");
			}
			return number;
		});
		List<String> even = new ArrayList<>();
		List<String> odd = new ArrayList<>();
		for (int number = 0; number < 10; number++) {
			TaskHandle<Integer> handle = worker.sendTask("list", number, Integer.class);
			(number % 2 == 0 ? even : odd).add(handle.id());
			get(handle.result().handle((result, failure) -> "over"));
		}
		worker.close();
		KiwiCommunicator sender = process();
		SentTask waiting = sender.sendTask("other", "x");
		get(waiting.accepted());
		sender.close();
		KiwiCommunicator operator = process();
		assertThat(listed(operator, TaskQuery.all().inQueue("list").withLimit(4))).hasSize(10)
			.containsAll(even)
			.containsAll(odd);
		assertThat(listed(operator, TaskQuery.all().inQueue("list").inState(TaskState.FAILED).withLimit(2)))
			.containsExactlyInAnyOrderElementsOf(odd);
		assertThat(listed(operator, TaskQuery.all().inQueue("list").inState(TaskState.SUCCEEDED)))
			.containsExactlyInAnyOrderElementsOf(even);
		assertThat(listed(operator, TaskQuery.all().inQueue("other").inState(TaskState.QUEUED)))
			.containsExactly(waiting.id());
		assertThat(operator.admin().tasks(TaskQuery.all()).notes()).isEmpty();
	}

	private static TaskInfo task(KiwiCommunicator from, String id) {
		return from.admin().task(id).orElseThrow();
	}

	private static List<String> listed(KiwiCommunicator from, TaskQuery query) {
		List<String> listed = new ArrayList<>();
		String next = null;
		do {
			TaskPage page = from.admin().tasks(query.after(next));
			page.tasks().forEach((task) -> listed.add(task.id()));
			next = page.next();
		}
		while (Objects.nonNull(next));
		return listed;
	}

}

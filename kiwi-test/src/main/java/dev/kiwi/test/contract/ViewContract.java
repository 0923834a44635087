package dev.kiwi.test.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.InvalidIdentifierException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.QueueInfo;
import dev.kiwi.SentTask;
import dev.kiwi.SubscriberInfo;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.QueueDepths;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.UniqueKeys;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator sees from anywhere.
 */
interface ViewContract extends Environment {

	/** Whether the transport knows every task. */
	default boolean knowsAll() {
		return raw(new ArrayList<>()).tasks().capability(TaskStates.class).isPresent();
	}

	/** Looks until a task is seen in a state: workers answer when they can. */
	default TaskInfo seen(KiwiCommunicator from, String id, TaskState state) {
		return await().atMost(PATIENCE)
			.until(() -> from.admin().task(id), (found) -> found.isPresent() && found.get().state() == state)
			.orElseThrow();
	}

	@Test
	default void aRunningTaskIsSeenFromElsewhereWithItsWorkerAndWhatItSays() {
		KiwiCommunicator worker = process();
		KiwiCommunicator operator = process();
		Semaphore release = new Semaphore(0);
		CompletableFuture<Object> later = new CompletableFuture<>();
		worker.addTaskSubscriber("view", String.class, (text, task) -> {
			task.progress(0.25, "begun");
			task.log("one");
			task.log("two");
			release.acquire();
			return later;
		});
		TaskHandle<String> sent = worker.sendTask("view", "payload", String.class);
		TaskInfo running = await().atMost(PATIENCE)
			.until(() -> operator.admin().task(sent.id()).orElseThrow(), (task) -> task.log().size() == 2);
		assertThat(running.state()).isEqualTo(TaskState.RUNNING);
		assertThat(running.queue()).isEqualTo("view");
		assertThat(running.worker()).isEqualTo(worker.admin().self());
		assertThat(requireNonNull(running.worker()).pid()).isEqualTo(ProcessHandle.current().pid());
		assertThat(running.attempts()).isEqualTo(1);
		assertThat(running.since()).isNotNull();
		assertThat(requireNonNull(running.progress()).fraction()).isEqualTo(0.25);
		assertThat(requireNonNull(running.progress()).message()).isEqualTo("begun");
		assertThat(running.log()).containsExactly("one", "two");
		TaskPage page = await().atMost(PATIENCE)
			.until(() -> operator.admin().tasks(TaskQuery.all().inQueue("view").inState(TaskState.RUNNING)),
					(answered) -> !answered.workers().isEmpty());
		assertThat(page.tasks()).extracting(TaskInfo::id).containsExactly(sent.id());
		assertThat(page.tasks().get(0).worker()).isEqualTo(worker.admin().self());
		assertThat(page.complete()).isEqualTo(knowsAll());
		assertThat(page.workers()).contains(worker.admin().self());
		release.release();
		seen(operator, sent.id(), TaskState.WAITING);
		later.complete("done");
		seen(operator, sent.id(), TaskState.SUCCEEDED);
		TaskInfo over = await().atMost(PATIENCE)
			.until(() -> operator.admin().task(sent.id()).orElseThrow(),
					(task) -> task.worker() != null && task.state() == TaskState.SUCCEEDED);
		assertThat(over.worker()).as("remembered by it").isEqualTo(worker.admin().self());
		assertThat(over.log()).containsExactly("one", "two");
		if (knowsAll()) {
			assertThat(over.result()).isEqualTo("\"done\"");
		}
	}

	@Test
	default void whyATaskFailedIsSeen() {
		KiwiCommunicator worker = process();
		worker.addTaskSubscriber("view", String.class, (text, task) -> {
			throw new IllegalStateException("no " + text);
		});
		TaskHandle<String> handle = worker.sendTask("view", "luck", String.class);
		failure(handle.result());
		KiwiCommunicator operator = process();
		TaskInfo failed = await().atMost(PATIENCE)
			.until(() -> operator.admin().task(handle.id()).orElseThrow(),
					(task) -> task.worker() != null && task.state() == TaskState.FAILED);
		assertThat(failed.error()).contains("no luck");
		assertThat(failed.attempts()).isEqualTo(1);
	}

	@Test
	default void whatNobodyKnowsIsUnknownWhereOthersMayBeThere() {
		KiwiCommunicator kiwi = process();
		Optional<TaskInfo> nobodys = kiwi.admin().task("nobody-1");
		SentTask waiting = kiwi.sendTask("view", "x");
		get(waiting.accepted());
		TaskInfo found = kiwi.admin().task(waiting.id()).orElseThrow();
		if (knowsAll()) {
			assertThat(nobodys).isEmpty();
			assertThat(found.state()).isEqualTo(TaskState.QUEUED);
			assertThat(found.payload()).isEqualTo("\"x\"");
			assertThat(found.attempts()).isZero();
			assertThat(found.worker()).isNull();
		}
		else {
			assertThat(nobodys.orElseThrow().state()).isEqualTo(TaskState.UNKNOWN);
			assertThat(found.state()).as("it may be anywhere").isEqualTo(TaskState.UNKNOWN);
		}
	}

	@Test
	default void tasksAreFoundByQueueStateKeyWorkerAndAge() {
		assumeThat(knowsAll()).isTrue();
		KiwiCommunicator kiwi = process(1, 1);
		boolean hasKeys = raw(new ArrayList<>()).tasks().capability(UniqueKeys.class).isPresent();
		Task keyed = hasKeys ? Task.of("find", "b").withKey("k-1") : Task.of("find", "b");
		CompletableFuture<Void> begun = new CompletableFuture<>();
		Semaphore release = new Semaphore(0);
		kiwi.addTaskSubscriber("busy", String.class, (text, task) -> {
			begun.complete(null);
			release.acquire();
			return text;
		});
		TaskHandle<String> running = kiwi.sendTask("busy", "a", String.class);
		SentTask queued = kiwi.sendTask(keyed);
		SentTask delayed = kiwi.sendTask(Task.of("find", "c").withDelay(Duration.ofHours(1)));
		List.of(running, queued, delayed).forEach((task) -> get(task.accepted()));
		get(begun);
		assertThat(found(kiwi, TaskQuery.all())).containsExactlyInAnyOrder(running.id(), queued.id(), delayed.id());
		assertThat(found(kiwi, TaskQuery.all().inQueue("find"))).containsExactlyInAnyOrder(queued.id(), delayed.id());
		assertThat(found(kiwi, TaskQuery.all().inState(TaskState.DELAYED))).containsExactly(delayed.id());
		assertThat(found(kiwi, TaskQuery.all().inState(TaskState.QUEUED, TaskState.RUNNING)))
			.containsExactlyInAnyOrder(running.id(), queued.id());
		String instance = kiwi.admin().self().instance();
		assertThat(found(kiwi, TaskQuery.all().onWorker(instance))).containsExactly(running.id());
		assertThat(found(kiwi, TaskQuery.all().onWorker("%"))).isEmpty();
		assertThat(found(kiwi, TaskQuery.all().inQueue("find'; DROP TABLE kiwi_task; --"))).isEmpty();
		if (hasKeys) {
			assertThat(found(kiwi, TaskQuery.all().withKey("k-1"))).containsExactly(queued.id());
		}
		assertThat(found(kiwi, TaskQuery.all().olderThan(Duration.ofHours(1)))).isEmpty();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(found(kiwi, TaskQuery.all().olderThan(Duration.ofMillis(50))))
				.containsExactlyInAnyOrder(running.id(), queued.id()));
		release.release();
		get(running.result());
		assertThat(found(kiwi, TaskQuery.all().inState(TaskState.SUCCEEDED))).containsExactly(running.id());
		assertThat(found(kiwi, TaskQuery.all().inState(TaskState.FAILED, TaskState.LOST))).isEmpty();
	}

	@Test
	default void pagesHaveEveryTaskOnce() {
		KiwiCommunicator kiwi = process(7, 7);
		Semaphore release = new Semaphore(0);
		kiwi.addTaskSubscriber("pages", Integer.class, (number, task) -> {
			release.acquire();
			return null;
		});
		Set<String> ids = new TreeSet<>();
		for (int number = 0; number < 7; number++) {
			ids.add(kiwi.sendTask("pages", number).id());
		}
		await().atMost(PATIENCE)
			.until(() -> kiwi.admin().tasks(TaskQuery.all().inState(TaskState.RUNNING)).tasks().size() == 7);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(listed(kiwi, TaskQuery.all().inQueue("pages").withLimit(3)))
				.containsExactlyInAnyOrderElementsOf(ids));
		release.release(7);
	}

	@Test
	default void queuesAreSeenWithWhatWaitsAndWhatRuns() {
		assumeThat(raw(new ArrayList<>()).tasks().capability(QueueDepths.class)).isPresent();
		KiwiCommunicator worker = process(1, 1);
		KiwiCommunicator operator = process();
		Semaphore release = new Semaphore(0);
		worker.addTaskSubscriber("depth", String.class, (text, task) -> {
			release.acquire();
			return null;
		});
		for (int number = 0; number < 3; number++) {
			get(worker.sendTask("depth", "x").accepted());
		}
		QueueInfo queue = await().atMost(PATIENCE)
			.until(() -> queue(operator, "depth"),
					(found) -> found.isPresent() && found.get().running() == 1
							&& Long.valueOf(2).equals(found.get().ready()))
			.orElseThrow();
		assertThat(queue.consumers()).isEqualTo(1);
		assertThat(queue.workers()).isEqualTo(1);
		assertThat(queue.paused()).isZero();
		if (knowsAll()) {
			assertThat(queue.delayed()).isZero();
			assertThat(queue.oldest()).isNotNull();
		}
		release.release(3);
		await("nothing is a number too").atMost(PATIENCE)
			.until(() -> queue(operator, "depth"),
					(found) -> found.isPresent() && Long.valueOf(0).equals(found.get().ready()));
	}

	@Test
	default void whatEnginesSayToEachOtherReachesNoSubscriber() {
		KiwiCommunicator kiwi = process();
		ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
		ready(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), String.class, (text, broadcast) -> heard.add(text)));
		kiwi.addTaskSubscriber("view", String.class, (text, task) -> null);
		kiwi.admin().queues();
		get(kiwi.sendBroadcast("subject", "the user's"));
		await().atMost(PATIENCE).until(() -> !heard.isEmpty());
		assertThat(heard).containsExactly("the user's");
		assertThatExceptionOfType(InvalidIdentifierException.class)
			.isThrownBy(() -> kiwi.sendBroadcast("kiwi.control.all", "order"))
			.withMessageContaining("kiwi.control.");
		assertThat(kiwi.admin().subscribers()).extracting(SubscriberInfo::kind).containsExactly("broadcast", "task");
	}

	private static List<String> listed(KiwiCommunicator kiwi, TaskQuery query) {
		List<String> listed = new ArrayList<>();
		TaskPage page = kiwi.admin().tasks(query);
		page.tasks().forEach((task) -> listed.add(task.id()));
		while (page.next() != null) {
			assertThat(page.tasks()).hasSizeLessThanOrEqualTo(query.limit());
			page = kiwi.admin().tasks(query.after(page.next()));
			page.tasks().forEach((task) -> listed.add(task.id()));
		}
		return listed;
	}

	private static List<String> found(KiwiCommunicator kiwi, TaskQuery query) {
		return kiwi.admin().tasks(query).tasks().stream().map(TaskInfo::id).toList();
	}

	private static Optional<QueueInfo> queue(KiwiCommunicator kiwi, String name) {
		return kiwi.admin().queues().stream().filter((queue) -> queue.name().equals(name)).findFirst();
	}

}

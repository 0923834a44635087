package dev.kiwi.amqp.faults;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.amqp.faults.EventJvm.Role;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.faults.Jvm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is seen of tasks whose senders and workers are killed between any two lines.
 */
@Timeout(240)
class TaskEventsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final URI broker = Brokers.shared().uri();

	private final String namespace = Communicators.namespace();

	@TempDir
	private Path files;

	private final KiwiCommunicator operator = EventJvm.connect(this.broker, this.namespace, "", Path.of(""));

	@AfterEach
	void close() {
		this.operator.close();
	}

	@Test
	void aTaskIsFollowedFromAKilledWorkerToTheNextAndAfterAllAreGone() throws Exception {
		SentTask sent = this.operator.sendTask(EventJvm.QUEUE, "x");
		sent.accepted().toCompletableFuture().join();
		assertThat(task(sent.id()).state()).isEqualTo(TaskState.QUEUED);
		long killed;
		try (Jvm first = start(Role.WORK, "", "never")) {
			TaskInfo running = seen(sent.id(), TaskState.RUNNING);
			killed = pid(running);
			assertThat(killed).isNotEqualTo(ProcessHandle.current().pid());
			first.kill();
		}
		TaskInfo dead = task(sent.id());
		assertThat(dead.state()).isEqualTo(TaskState.UNKNOWN);
		assertThat(pid(dead)).isEqualTo(killed);
		assertThat(dead.note()).contains("does not answer", "process " + killed);
		Path release = this.files.resolve("release");
		try (KiwiCommunicator late = EventJvm.connect(this.broker, this.namespace, "", release);
				Jvm second = start(Role.WORK, "", "release")) {
			TaskInfo again = seen(sent.id(), TaskState.RUNNING);
			assertThat(pid(again)).isNotEqualTo(killed);
			assertThat(pid(late.admin().task(sent.id()).orElseThrow())).isEqualTo(pid(again));
			Files.createFile(release);
			TaskInfo over = seen(sent.id(), TaskState.SUCCEEDED);
			assertThat(pid(over)).isEqualTo(pid(again));
			this.operator.close();
			second.kill();
			Files.writeString(this.files.resolve("id"), sent.id());
			try (Jvm fresh = start(Role.ASK, "", "id")) {
				assertThat(left("answer")).isEqualTo("SUCCEEDED " + pid(again));
			}
		}
	}

	@Test
	void aTaskWhoseSenderWasKilledBeforeItsEventIsUnknownUntilItIsBegun() throws Exception {
		String id;
		try (Jvm sender = start(Role.SEND, "QUEUED", "sent")) {
			id = id(left("event"));
		}
		assertThat(task(id).state()).as("nobody says that it is there").isEqualTo(TaskState.UNKNOWN);
		finish(id);
	}

	@ParameterizedTest
	@CsvSource({ "SUCCEEDED, UNKNOWN", "SUCCEEDED+, SUCCEEDED" })
	void aTaskWhoseWorkerWasKilledAroundItsLastEventIsRunAgain(String end, TaskState left) throws Exception {
		SentTask sent = this.operator.sendTask(EventJvm.QUEUE, "x");
		try (Jvm worker = start(Role.WORK, end, "release")) {
			seen(sent.id(), TaskState.RUNNING);
			Files.createFile(this.files.resolve("release"));
			assertThat(id(left("event"))).isEqualTo(sent.id());
		}
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(task(sent.id()).state()).isEqualTo(left));
		finish(sent.id());
	}

	/** It comes again, and whoever has it now is believed. */
	private void finish(String id) throws Exception {
		Path release = this.files.resolve("finish");
		this.operator.addTaskSubscriber(EventJvm.QUEUE, String.class, (text, task) -> {
			await().atMost(PATIENCE).until(() -> Files.exists(release));
			return text;
		});
		TaskInfo running = seen(id, TaskState.RUNNING);
		assertThat(running.worker()).isEqualTo(this.operator.admin().self());
		Files.createFile(release);
		TaskInfo over = seen(id, TaskState.SUCCEEDED);
		assertThat(over.worker()).isEqualTo(this.operator.admin().self());
	}

	private Jvm start(Role role, String end, String file) throws Exception {
		return EventJvm.start(this.broker, this.namespace, role, end, this.files.resolve(file));
	}

	private TaskInfo task(String id) {
		return this.operator.admin().task(id).orElseThrow();
	}

	private TaskInfo seen(String id, TaskState state) {
		return await().atMost(PATIENCE).until(() -> task(id), (task) -> task.state() == state);
	}

	private String left(String file) throws Exception {
		await().atMost(PATIENCE).until(() -> Files.exists(this.files.resolve(file)));
		return Files.readString(this.files.resolve(file));
	}

	private static long pid(TaskInfo task) {
		return Objects.requireNonNull(Objects.requireNonNull(task.worker()).pid());
	}

	private static String id(String event) {
		Matcher id = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(event);
		assertThat(id.find()).as(event).isTrue();
		return id.group(1);
	}

}

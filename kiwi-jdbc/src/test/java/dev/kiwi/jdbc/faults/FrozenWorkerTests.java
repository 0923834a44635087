package dev.kiwi.jdbc.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskLostException;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.engine.Backoff;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.test.database.Databases;
import dev.kiwi.test.faults.Jvm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Another JVM that holds tasks and is frozen, or killed.
 */
@Timeout(120)
class FrozenWorkerTests {

	private final HikariDataSource pool = Processes.pool(Databases.postgreSql());

	private final Queue<TaskUpdate> updates = new ConcurrentLinkedQueue<>();

	@TempDir
	private Path directory;

	private KiwiCommunicator kiwi;

	private Jvm worker;

	@BeforeEach
	void start() throws Exception {
		JdbcSchema.create(this.pool, Processes.SETTINGS.tablePrefix());
		this.kiwi = Processes.connect(this.pool, (settings) -> settings
			.withTasks(settings.tasks().withRetry(3, new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50)))));
		this.worker = Jvm.start(StubbornWorker.class, Databases.postgreSql(), log().toString());
	}

	@AfterEach
	void end() {
		this.worker.close();
		this.kiwi.close();
		this.pool.close();
	}

	@Test
	void whoWasFrozenPastItsLeaseCannotSettleOrReportWhatAnotherHasTaken() throws Exception {
		List<TaskHandle<String>> handles = sendAndAwaitBegun();
		this.worker.freeze();
		anotherDoesWhatTheFrozenHad(handles);
	}

	@Test
	void norWhoWasFrozenInTheMiddleOfARenewal() throws Exception {
		List<TaskHandle<String>> handles = sendAndAwaitBegun();
		try (Connection blocker = this.pool.getConnection(); Statement statement = blocker.createStatement()) {
			blocker.setAutoCommit(false);
			statement
				.execute("SELECT i.owner FROM kiwi_instance i JOIN kiwi_task t ON t.owner = i.owner FOR UPDATE OF i");
			await().pollInterval(Duration.ofMillis(10)).until(this::renewalWaits);
			this.worker.freeze();
			blocker.commit();
			blocker.setAutoCommit(true);
		}
		anotherDoesWhatTheFrozenHad(handles);
	}

	@Test
	void whatItWasToDoAtMostOnceIsFoundToBeLostByWhoeverLives() throws Exception {
		TaskHandle<String> handle = this.kiwi.sendTask(StubbornWorker.ONCE, "return", String.class);
		await().atMost(Duration.ofSeconds(30)).until(() -> lines("begun").size() == 1);
		this.worker.kill();
		assertThat(handle.result()).failsWithin(20, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(TaskLostException.class);
		assertThat(this.kiwi.taskState(handle.id()).toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS)
			.isEqualTo(TaskState.LOST);
		this.kiwi.addTaskSubscriber(StubbornWorker.ONCE, String.class, (how, task) -> "launch " + task.launch());
		assertThat(this.kiwi.deadLetters().relaunch(handle.id())).isTrue();
		assertThat(this.kiwi.followTask(handle.id(), String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
			.isEqualTo("launch 1");
	}

	private List<TaskHandle<String>> sendAndAwaitBegun() {
		List<TaskHandle<String>> handles = List.of(this.kiwi.sendTask(StubbornWorker.QUEUE, "return", String.class),
				this.kiwi.sendTask(StubbornWorker.QUEUE, "fail", String.class));
		handles.forEach((handle) -> handle.onUpdate(this.updates::add));
		await().atMost(Duration.ofSeconds(30)).until(() -> lines("begun").size() == handles.size());
		return handles;
	}

	private void anotherDoesWhatTheFrozenHad(List<TaskHandle<String>> handles) throws IOException {
		this.kiwi.addTaskSubscriber(StubbornWorker.QUEUE, String.class, (how, task) -> {
			if (handles.get(1).id().equals(task.id())) {
				// the frozen is awake before this one ends
				this.worker.thaw();
				await().atMost(Duration.ofSeconds(20)).until(() -> lines("interrupted").size() == handles.size());
			}
			return "attempt " + task.attempt() + ", redelivered " + task.isRedelivered();
		});
		assertThat(handles).allSatisfy((handle) -> assertThat(handle.result()).succeedsWithin(40, TimeUnit.SECONDS)
			.isEqualTo("attempt 1, redelivered true"));
		// what the frozen has to say may come later still
		await().during(Duration.ofSeconds(1))
			.atMost(Duration.ofSeconds(20))
			.until(() -> handles.stream().allMatch((handle) -> isSucceeded(handle.id())));
		assertThat(this.updates).isEmpty();
		assertThat(lines("interrupted, and owns it")).isEmpty();
		assertThat(this.kiwi.deadLetters().list()).isEmpty();
	}

	private boolean isSucceeded(String id) {
		return this.kiwi.taskState(id).toCompletableFuture().join() == TaskState.SUCCEEDED;
	}

	private boolean renewalWaits() throws SQLException {
		try (Connection connection = this.pool.getConnection();
				Statement statement = connection.createStatement();
				ResultSet waiting = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE "
						+ "wait_event_type = 'Lock' AND query LIKE 'UPDATE kiwi_instance SET lease_until%'")) {
			waiting.next();
			return waiting.getInt(1) > 0;
		}
	}

	private List<String> lines(String beginning) throws IOException {
		return Files.exists(log())
				? Files.readAllLines(log()).stream().filter((line) -> line.startsWith(beginning)).toList() : List.of();
	}

	private Path log() {
		return this.directory.resolve("worker.log");
	}

}

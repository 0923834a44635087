package dev.kiwi.boot.jvms;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.QueueInfo;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskInfo;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.WorkerInfo;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.test.database.Databases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two JVMs that work on PostgreSQL, one of which is killed, as a third sees them.
 */
@Timeout(180)
class TaskViewOverJvmsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private static final String LEASE = "2s";

	private final String namespace = "j" + UUID.randomUUID().toString().substring(0, 8);

	@Test
	void itFollowsATaskFromAWorkerThatIsKilledToAnotherAndSteersBoth() throws Exception {
		try (ApplicationJvm one = start(); ApplicationJvm other = start()) {
			Stream.of(one, other).forEach(ApplicationJvm::started);
			try (HikariDataSource pool = new HikariDataSource(); KiwiCommunicator asking = connect(pool)) {
				KiwiAdmin admin = asking.admin();
				pausesBoth(asking, admin);
				TaskHandle<String> handle = asking.sendTask("long", "x", String.class);
				await().atMost(PATIENCE).until(() -> task(admin, handle).progress() != null);
				TaskInfo running = task(admin, handle);
				assertThat(running.state()).isEqualTo(TaskState.RUNNING);
				assertThat(running.worker()).isNotNull();
				assertThat(running.worker().host()).isEqualTo(admin.self().host());
				assertThat(running.worker().application()).isEqualTo("bakery");
				assertThat(running.worker().pid()).isIn(one.pid(), other.pid());
				assertThat(admin.tasks(TaskQuery.all().onWorker(running.worker().instance())).tasks())
					.extracting(TaskInfo::id)
					.containsExactly(handle.id());
				boolean isOne = running.worker().pid() == one.pid();
				(isOne ? one : other).close();
				await().atMost(PATIENCE).untilAsserted(() -> {
					TaskInfo now = task(admin, handle);
					assertThat(pid(now)).isEqualTo((isOne ? other : one).pid());
					assertThat(now.state()).isEqualTo(TaskState.RUNNING);
				});
				assertThat(admin.tasks(TaskQuery.all().onWorker(running.worker().instance())).tasks()).isEmpty();
				assertThat(admin.cancelTask(handle.id())).isNotNull();
				await().atMost(PATIENCE).until(() -> task(admin, handle).state() == TaskState.CANCELLED);
			}
		}
	}

	private static void pausesBoth(KiwiCommunicator asking, KiwiAdmin admin) {
		await().atMost(PATIENCE).until(() -> queue(admin, "short").workers() == 2);
		admin.pause("short");
		await().atMost(PATIENCE).until(() -> queue(admin, "short").paused() == 2);
		TaskHandle<String> handle = asking.sendTask("short", "x", String.class);
		assertThat(handle.accepted()).succeedsWithin(PATIENCE);
		assertThat(handle.result()).as("nobody begins it").failsWithin(Duration.ofMillis(500));
		assertThat(task(admin, handle).state()).isEqualTo(TaskState.QUEUED);
		admin.resume("short");
		assertThat(handle.result()).succeedsWithin(PATIENCE);
		assertThat(queue(admin, "short").paused()).isZero();
	}

	private static TaskInfo task(KiwiAdmin admin, TaskHandle<?> handle) {
		return admin.task(handle.id()).orElseThrow();
	}

	private static Long pid(TaskInfo task) {
		WorkerInfo worker = task.worker();
		return (worker != null) ? worker.pid() : null;
	}

	private static QueueInfo queue(KiwiAdmin admin, String name) {
		return admin.queues()
			.stream()
			.filter((queue) -> queue.name().equals(name))
			.findFirst()
			.orElse(new QueueInfo(name, 0L, 0L, 0, 0, 0, 0, null));
	}

	private ApplicationJvm start() throws Exception {
		return ApplicationJvm.start(Worker.class, Databases.postgreSql(), this.namespace,
				"--spring.application.name=bakery", "--kiwi.jdbc.lease=" + LEASE);
	}

	private KiwiCommunicator connect(HikariDataSource pool) {
		pool.setJdbcUrl(Databases.postgreSql());
		return KiwiCommunicatorBuilder
			.with(new JdbcTransport(pool, JdbcSettings.DEFAULTS.withNamespace(this.namespace)))
			.build();
	}

	@EnableAutoConfiguration
	static class Worker {

		@KiwiTask("long")
		void work(String text, TaskContext task) throws InterruptedException {
			task.progress(0.5, "half way");
			new Semaphore(0).tryAcquire(1, TimeUnit.HOURS);
		}

		@KiwiTask("short")
		String brief(String text) {
			return text;
		}

	}

}

package dev.kiwi.jdbc.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.SentTask;
import dev.kiwi.TaskHandle;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.test.database.PostgreSqlServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that is away at the start, and again in the middle.
 */
@Timeout(180)
class ServerAwayTests {

	@Test
	void sendsWaitToABoundWorkersRecoverByThemselvesAndNothingConfirmedIsLost() throws Exception {
		try (PostgreSqlServer server = new PostgreSqlServer(); HikariDataSource pool = Processes.pool(server.url())) {
			JdbcSchema.create(pool, JdbcSettings.DEFAULTS.tablePrefix());
			pool.setConnectionTimeout(500);
			server.kill();
			JdbcSettings patient = Processes.SETTINGS;
			JdbcSettings impatient = JdbcSettings.DEFAULTS.withSending(Duration.ofSeconds(1), 1 << 20);
			try (KiwiCommunicator worker = Processes.connect(pool, patient, (settings) -> settings);
					KiwiCommunicator sender = Processes.connect(pool, patient, (settings) -> settings);
					KiwiCommunicator hasty = Processes.connect(pool, impatient, (settings) -> settings)) {
				Semaphore slow = new Semaphore(0);
				worker.addTaskSubscriber("work", Integer.class, (number, task) -> {
					slow.tryAcquire(number, TimeUnit.MILLISECONDS);
					return number;
				});
				TaskHandle<Integer> first = sender.sendTask("work", 1, Integer.class);
				assertThat(worker.transportInfo().connected()).isFalse();
				isRefused(hasty.sendTask("work", 2));
				assertThat(first.accepted()).isNotDone();
				server.start();
				assertThat(first.result()).succeedsWithin(30, TimeUnit.SECONDS).isEqualTo(1);

				List<TaskHandle<Integer>> handles = new ArrayList<>();
				for (int number = 0; number < 50; number++) {
					handles.add(sender.sendTask("work", number, Integer.class));
				}
				handles.get(30).accepted().get(30, TimeUnit.SECONDS);
				server.kill();
				isRefused(hasty.sendTask("work", 2));
				server.start();
				for (int number = 0; number < 50; number++) {
					assertThat(handles.get(number).result()).succeedsWithin(30, TimeUnit.SECONDS).isEqualTo(number);
				}
				assertThat(hasty.sendTask("work", 3, Integer.class).result()).succeedsWithin(30, TimeUnit.SECONDS);
			}
		}
	}

	private static void isRefused(SentTask sent) {
		assertThat(sent.accepted()).failsWithin(20, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(SendTimeoutException.class)
			.withMessageContaining("kiwi.jdbc.send-timeout");
	}

}

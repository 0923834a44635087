package dev.kiwi.jdbc.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.test.database.Databases;
import dev.kiwi.test.faults.Jvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The process that has H2 within is killed.
 */
@Timeout(120)
class H2KilledTests {

	@TempDir
	private Path directory;

	@Test
	void whatWasAcceptedIsThereAfterKill() throws Exception {
		String url = Databases.h2();
		Path log = this.directory.resolve("accepted");
		try (Jvm sender = Jvm.start(H2Sender.class, url, log.toString())) {
			await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(log) && accepted(log).size() > 1_000);
			sender.kill();
		}
		Set<String> missing = ConcurrentHashMap.newKeySet();
		missing.addAll(accepted(log));
		assertThat(missing).hasSizeGreaterThan(1_000);
		try (HikariDataSource pool = Processes.pool(url);
				KiwiCommunicator kiwi = Processes.connect(pool, (settings) -> settings)) {
			kiwi.addTaskSubscriber(H2Sender.QUEUE, String.class, (text, task) -> missing.remove(task.id()));
			await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(missing).isEmpty());
		}
	}

	/** The last line may be half a one. */
	private static List<String> accepted(Path log) throws IOException {
		String text = Files.readString(log);
		return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
	}

}

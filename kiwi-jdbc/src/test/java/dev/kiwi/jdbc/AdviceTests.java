package dev.kiwi.jdbc;

import java.nio.file.Path;

import dev.kiwi.test.database.Databases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that does not keep what kiwi promises is warned of at the start.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AdviceTests {

	private static final JdbcSettings SURVIVING = JdbcSettings.DEFAULTS.withSurvivePowerLoss(true);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "", "file:", "nio:" })
	void aFileThatLosesCommitsAndIsClosedByInterrupts(String system, CapturedOutput output) {
		open("jdbc:h2:" + system + file(), JdbcSettings.DEFAULTS);
		assertThat(output).containsOnlyOnce("WARN")
			.contains("WRITE_DELAY=0 (it is 500 ms)", "kill -9", "without async:",
					"spring.datasource.url to jdbc:h2:async:<file>;WRITE_DELAY=0");
	}

	@Test
	void aFileThatIsClosedByInterrupts(CapturedOutput output) {
		open("jdbc:h2:" + file() + ";WRITE_DELAY=0", JdbcSettings.DEFAULTS);
		assertThat(output).containsOnlyOnce("WARN").contains("without async:").doesNotContain("kill -9");
	}

	@Test
	void aFileThatLosesCommits(CapturedOutput output) {
		open("jdbc:h2:async:" + file(), JdbcSettings.DEFAULTS);
		assertThat(output).containsOnlyOnce("WARN").contains("kill -9").doesNotContain("without async:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "async:", "retry:", "file:async:", "split:async:" })
	void oneThatDoesNeither(String system, CapturedOutput output) {
		open("jdbc:h2:" + system + file() + ";WRITE_DELAY=0", SURVIVING);
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void oneInMemory(CapturedOutput output) {
		open("jdbc:h2:mem:", JdbcSettings.DEFAULTS);
		assertThat(output).doesNotContain("WARN");
		open("jdbc:h2:mem:", SURVIVING);
		assertThat(output).containsOnlyOnce("WARN").contains("kiwi.jdbc.survive-power-loss", "in memory");
	}

	@Test
	void oneThatCannotBeForced(CapturedOutput output) {
		TestDatabase database = TestDatabase.postgreSql();
		try (var pool = database.dataSource()) {
			new JdbcTransport(pool, SURVIVING);
		}
		assertThat(output).containsOnlyOnce("WARN").contains("kiwi.jdbc.survive-power-loss", "synchronous_commit");
	}

	@Test
	void aServerThatForgetsCommits(CapturedOutput output) {
		String url = Databases.postgreSql() + "&options=-c%20synchronous_commit=";
		open(url + "off", JdbcSettings.DEFAULTS);
		assertThat(output).containsOnlyOnce("WARN").contains("synchronous_commit is off", "ALTER ROLE");
		open(url + "local", JdbcSettings.DEFAULTS);
		assertThat(output).containsOnlyOnce("WARN");
	}

	private Path file() {
		return this.directory.resolve("app");
	}

	private static void open(String url, JdbcSettings settings) {
		SingleConnectionDataSource dataSource = new SingleConnectionDataSource(url, true);
		if (url.startsWith("jdbc:h2:")) {
			dataSource.setUsername("sa");
		}
		try {
			JdbcSchema.create(dataSource, settings.tablePrefix());
			new JdbcTransport(dataSource, settings);
		}
		finally {
			dataSource.destroy();
		}
	}

}

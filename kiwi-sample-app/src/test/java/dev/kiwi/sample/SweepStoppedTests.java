package dev.kiwi.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A sweep that is stopped goes on where it was.
 */
@Timeout(180)
class SweepStoppedTests {

	/** So many searches take some seconds. */
	private static final int SEARCHES = 18;

	private static final String BEGUN = "state_changed.created.running ";

	private static final String FINISHED = "state_changed.running.finished ";

	@TempDir
	private Path directory;

	private final List<Process> started = new ArrayList<>();

	@AfterEach
	void end() {
		this.started.forEach(Process::destroyForcibly);
	}

	@Test
	void afterKillNoSearchIsDoneAgainAndNoneIsMissing() throws Exception {
		Process first = start("first");
		awaitFinished("first", 5);
		first.destroyForcibly().waitFor();
		Set<String> done = new TreeSet<>();
		Set<String> open = new TreeSet<>();
		try (Connection connection = DriverManager.getConnection(url(this.directory));
				ResultSet tasks = connection.createStatement()
					.executeQuery("SELECT s.task, t.outcome FROM search s LEFT JOIN kiwi_task t ON t.id = s.task")) {
			while (tasks.next()) {
				("RESULT".equals(tasks.getString(2)) ? done : open).add(tasks.getString(1));
			}
		}
		assertThat(done).hasSizeGreaterThanOrEqualTo(3);
		assertThat(open).isNotEmpty();
		Process second = start("second");
		assertThat(second.waitFor(120, TimeUnit.SECONDS)).isTrue();
		String output = Files.readString(output("second"));
		assertThat(second.exitValue()).as(output).isZero();
		assertThat(output).contains(SEARCHES + " searches, " + (done.size() + open.size()) + " of them sent before");
		assertThat(ids("second", BEGUN)).doesNotContainAnyElementsOf(done).containsAll(open);
		assertThat(ids("second", FINISHED)).hasSize(SEARCHES - done.size());
		assertThat(searchesLeft()).isZero();
	}

	private int searchesLeft() throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(this.directory));
				ResultSet count = connection.createStatement().executeQuery("SELECT count(*) FROM search")) {
			count.next();
			return count.getInt(1);
		}
	}

	private void awaitFinished(String run, int searches) {
		await().atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> ids(run, FINISHED).size() >= searches);
	}

	private Set<String> ids(String run, String subject) throws IOException {
		return Files.readAllLines(output(run))
			.stream()
			.filter((line) -> line.startsWith(subject))
			.map((line) -> line.substring(line.lastIndexOf(' ') + 1))
			.collect(Collectors.toSet());
	}

	private Process start(String run) throws IOException {
		Process process = new ProcessBuilder(
				System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				SampleApplication.class.getName(), "--once", "--sweep.to=10",
				"--spring.datasource.url=" + url(this.directory), "--kiwi.jdbc.lease=2s")
			.redirectErrorStream(true)
			.redirectOutput(output(run).toFile())
			.start();
		this.started.add(process);
		return process;
	}

	private Path output(String run) {
		return this.directory.resolve(run + ".out");
	}

	static String url(Path directory) {
		return "jdbc:h2:file:" + directory.resolve("sweep") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
	}

}

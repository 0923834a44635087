package dev.kiwi.test.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PrivateBroker}, where it can be had: what it leaves behind is nothing.
 */
@EnabledIf(value = "isInstalled", disabledReason = "no RabbitMQ is installed; brokers are containers here")
class PrivateBrokerTests {

	@Test
	void nothingIsLeftOfAClosedBroker() throws Exception {
		Set<Path> directoriesBefore = directories();
		Set<ProcessHandle> processesBefore = processes(ProcessHandle.current());
		PrivateBroker broker = new PrivateBroker(installation());
		Set<ProcessHandle> processes = processes(ProcessHandle.current());
		processes.removeAll(processesBefore);
		assertThat(processes.stream().map(PrivateBrokerTests::name)).contains("beam.smp", "epmd");
		broker.close();
		await().atMost(Duration.ofSeconds(5)).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
		assertThat(directories()).isSubsetOf(directoriesBefore);
		broker.close();
	}

	@Test
	void nothingRunsOnAfterTheDeathOfTheJvm(@TempDir Path temporary) throws Exception {
		Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Djava.io.tmpdir=" + temporary, Victim.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader output = jvm.inputReader()) {
			assertThat(output.readLine()).isEqualTo("started");
			List<ProcessHandle> orphans = List.copyOf(processes(jvm.toHandle()));
			assertThat(orphans.stream().map(PrivateBrokerTests::name)).contains("beam.smp", "epmd");
			// The thread that asked for the broker has ended: the broker must still
			// answer.
			assertThat(output.readLine()).matches("\\d+\\.\\d+\\.\\d+");
			jvm.destroyForcibly();
			await().atMost(Duration.ofSeconds(5)).until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
		}
		finally {
			jvm.destroyForcibly();
		}
	}

	@Test
	void aNodeThatCannotStartShowsItsLog(@TempDir Path broken) throws IOException {
		Path script = Files.createDirectory(broken.resolve("sbin")).resolve("rabbitmq-server");
		Files.writeString(script, "#!/bin/sh\necho the disk is on fire\nexit 1\n");
		assertThat(script.toFile().setExecutable(true)).isTrue();
		Set<Path> directoriesBefore = directories();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> new PrivateBroker(broken))
			.withMessageContaining("ended instead of answering")
			.withMessageContaining("the disk is on fire");
		assertThat(directories()).isSubsetOf(directoriesBefore);
	}

	static boolean isInstalled() {
		return PrivateBroker.installation().isPresent();
	}

	private static Path installation() {
		return PrivateBroker.installation().orElseThrow();
	}

	private static Set<ProcessHandle> processes(ProcessHandle of) {
		return of.descendants().collect(Collectors.toSet());
	}

	private static String name(ProcessHandle process) {
		return process.info().command().map((command) -> Path.of(command).getFileName().toString()).orElse("");
	}

	private static Set<Path> directories() throws IOException {
		try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			return files.filter((file) -> file.getFileName().toString().startsWith("kiwi-rabbitmq-"))
				.collect(Collectors.toSet());
		}
	}

	/**
	 * A JVM to be killed. Its broker was started by a thread that is no more.
	 */
	static final class Victim {

		private Victim() {
		}

		public static void main(String[] arguments) throws Exception {
			AtomicReference<PrivateBroker> broker = new AtomicReference<>();
			Thread starter = new Thread(() -> broker.set(new PrivateBroker(installation())));
			starter.start();
			starter.join();
			System.out.println("started");
			Thread.sleep(500);
			System.out.println(broker.get().version());
			Thread.sleep(60_000);
		}

	}

}

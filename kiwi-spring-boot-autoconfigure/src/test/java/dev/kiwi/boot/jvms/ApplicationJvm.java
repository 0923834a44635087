package dev.kiwi.boot.jvms;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.kiwi.test.broker.Broker;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

import static org.awaitility.Awaitility.await;

/**
 * A Spring Boot application in a JVM of its own, which ends when its standard input does:
 * with the test, however that ends.
 */
final class ApplicationJvm implements AutoCloseable {

	private final Process process;

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private ApplicationJvm(Process process) {
		this.process = process;
		Thread reader = new Thread(this::read, "application-jvm-" + process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	static ApplicationJvm start(Class<?> application, Broker broker, String namespace, String... properties)
			throws IOException {
		return start(application, namespace,
				Stream.concat(
						Stream.of("--kiwi.transport=amqp", "--spring.rabbitmq.host=" + broker.host(),
								"--spring.rabbitmq.port=" + broker.port(),
								"--spring.autoconfigure.exclude=" + DataSourceAutoConfiguration.class.getName()),
						Stream.of(properties))
					.toList());
	}

	/** Without a web server, on PostgreSQL. */
	static ApplicationJvm start(Class<?> application, String url, String namespace, String... properties)
			throws IOException {
		return start(application, namespace,
				Stream.concat(
						Stream.of("--kiwi.transport=jdbc", "--spring.datasource.url=" + url,
								"--kiwi.jdbc.initialize-schema=always", "--spring.main.web-application-type=none"),
						Stream.of(properties))
					.toList());
	}

	private static ApplicationJvm start(Class<?> application, String namespace, List<String> properties)
			throws IOException {
		List<String> command = new ArrayList<>(List.of(
				System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), ApplicationJvm.class.getName(),
				application.getName(), "--kiwi.namespace=" + namespace, "--spring.main.banner-mode=off"));
		command.addAll(properties);
		return new ApplicationJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
	}

	/** The program of these JVMs. */
	public static void main(String[] arguments) throws Exception {
		Thread watcher = new Thread(() -> {
			try {
				System.in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				// ends all the same
			}
			Runtime.getRuntime().halt(0);
		}, "until-the-test-ends");
		watcher.setDaemon(true);
		watcher.start();
		Class<?> application = Class.forName(arguments[0]);
		SpringApplication.run(application, List.of(arguments).subList(1, arguments.length).toArray(String[]::new));
		System.out.println("STARTED");
		Thread.currentThread().join();
	}

	/** Waits until the application has started. */
	ApplicationJvm started() {
		line((line) -> line.equals("STARTED") ? line : null);
		return this;
	}

	/**
	 * Waits for something that it has written.
	 * @param find makes something of a line, or null
	 */
	<T> T line(Function<String, T> find) {
		return await("of " + this.lines).atMost(60, TimeUnit.SECONDS)
			.until(() -> lines(find).stream().findFirst().orElse(null), (found) -> {
				if (found == null && !this.process.isAlive()) {
					throw new IllegalStateException("Ended: " + String.join("\n", this.lines));
				}
				return found != null;
			});
	}

	/** What it has written so far. */
	<T> List<T> lines(Function<String, T> find) {
		return this.lines.stream().map(find).filter((found) -> found != null).toList();
	}

	long pid() {
		return this.process.pid();
	}

	/** Waits for its end. */
	int status() throws InterruptedException {
		if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
			throw new IllegalStateException("Still there: " + String.join("\n", this.lines));
		}
		return this.process.exitValue();
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader()) {
			reader.lines().forEach(this.lines::add);
		}
		catch (IOException | UncheckedIOException ex) {
			// it was ended
		}
	}

	/** By kill -9. */
	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

}

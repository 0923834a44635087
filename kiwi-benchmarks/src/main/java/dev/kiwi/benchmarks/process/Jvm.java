package dev.kiwi.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.kiwi.benchmarks.load.Waiting;

/**
 * Another JVM with this one's class path. It is killed at the end, or with this JVM.
 */
final class Jvm implements AutoCloseable {

	private final String main;

	private final Process process;

	private final BufferedReader output;

	private final Thread hook;

	private Jvm(String main, Process process) {
		this.main = main;
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
		this.hook = new Thread(process::destroyForcibly, "end-" + process.pid());
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	static Jvm start(Class<?> main, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-classpath",
						System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		return new Jvm(main.getSimpleName(),
				new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
	}

	/** The next line of its output. */
	String line() throws IOException {
		String line = this.output.readLine();
		if (line == null) {
			throw new IllegalStateException(this.main + " ended too soon");
		}
		return line;
	}

	/** Reads on until a line that contains something. */
	String line(String containing) throws IOException {
		String line = line();
		while (!line.contains(containing)) {
			line = line();
		}
		return line;
	}

	/** Waits for its end. */
	void awaitEnd() throws IOException, InterruptedException {
		while (this.output.readLine() != null) {
			// its output is its own
		}
		if (!this.process.waitFor(Waiting.SECONDS, TimeUnit.SECONDS) || this.process.exitValue() != 0) {
			throw new IllegalStateException(this.main + " failed");
		}
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroyForcibly().waitFor(Waiting.SECONDS, TimeUnit.SECONDS);
		Runtime.getRuntime().removeShutdownHook(this.hook);
	}

}

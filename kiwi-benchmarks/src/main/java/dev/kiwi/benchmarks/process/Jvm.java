package dev.kiwi.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.kiwi.benchmarks.load.Waiting;
import org.jspecify.annotations.Nullable;

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

	/** Its process, and those that it has started. */
	Stream<ProcessHandle> processes() {
		return Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants());
	}

	/** The next line of its output. */
	String line() throws IOException {
		String line = read();
		if (line == null) {
			throw failed("ended too soon");
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
	void awaitEnd() throws IOException {
		while (read() != null) {
			// its output is its own
		}
		if (status() != 0) {
			throw failed("failed");
		}
	}

	/** Null at the end, which comes at the latest when nothing was said for too long. */
	private @Nullable String read() throws IOException {
		CompletableFuture<Void> heard = new CompletableFuture<>();
		heard.orTimeout(Waiting.SECONDS, TimeUnit.SECONDS).exceptionally((late) -> {
			this.process.destroyForcibly();
			return null;
		});
		String line = this.output.readLine();
		heard.complete(null);
		return line;
	}

	private IllegalStateException failed(String how) {
		return new IllegalStateException(
				this.main + " " + how + ", with status " + status() + "; its errors are above");
	}

	/** It has closed its output. */
	private int status() {
		return this.process.onExit().orTimeout(Waiting.SECONDS, TimeUnit.SECONDS).join().exitValue();
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroyForcibly().waitFor(Waiting.SECONDS, TimeUnit.SECONDS);
		Runtime.getRuntime().removeShutdownHook(this.hook);
	}

}

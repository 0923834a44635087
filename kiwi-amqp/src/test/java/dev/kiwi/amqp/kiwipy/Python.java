package dev.kiwi.amqp.kiwipy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/**
 * A Python with pika and PyYAML, and one of our scripts in it.
 */
public final class Python implements AutoCloseable {

	private static final Optional<String> COMMAND = List.of("/usr/bin/python3", "python3")
		.stream()
		.filter(Python::hasWhatIsNeeded)
		.findFirst();

	private final Process process;

	private final BufferedWriter input;

	private final BufferedReader output;

	private Python(Process process) {
		this.process = process;
		this.input = process.outputWriter();
		this.output = process.inputReader();
	}

	/** Starts a script of src/test/python; skips the test where there is no Python. */
	public static Python start(String script, String... arguments) throws IOException {
		Assumptions.assumeTrue(COMMAND.isPresent(), "python3 with pika and yaml is needed: ./verify installs them");
		List<String> command = new ArrayList<>(List.of(COMMAND.get(), "-u", "src/test/python/" + script));
		command.addAll(List.of(arguments));
		return new Python(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
	}

	private static boolean hasWhatIsNeeded(String command) {
		try {
			Process process = new ProcessBuilder(command, "-c", "import pika, yaml").redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Says one line. */
	public void say(String line) throws IOException {
		this.input.write(line);
		this.input.newLine();
		this.input.flush();
	}

	/** Hears one line. */
	public String hear() throws IOException {
		String line = this.output.readLine();
		if (line == null) {
			throw new IOException("Python has ended");
		}
		return line;
	}

	@Override
	public void close() throws IOException {
		this.input.close();
		this.process.destroy();
	}

}

package dev.kiwi.amqp.faults;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of these tests in a JVM of its own, to be killed or frozen. It is meant to
 * end when its standard input does, with the process that started it.
 */
final class Jvm implements AutoCloseable {

	private final Process process;

	private Jvm(Process process) {
		this.process = process;
	}

	static Jvm start(Class<?> program, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), program.getName()));
		command.addAll(List.of(arguments));
		return new Jvm(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start());
	}

	/** SIGKILL. */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	/** SIGSTOP: its connections stay open, and nobody answers. */
	void freeze() throws IOException, InterruptedException {
		signal("STOP");
	}

	void thaw() throws IOException, InterruptedException {
		signal("CONT");
	}

	private void signal(String name) throws IOException, InterruptedException {
		new ProcessBuilder("sh", "-c", "kill -" + name + " " + this.process.pid()).start().waitFor();
	}

	@Override
	public void close() {
		kill();
	}

}

package dev.kiwi.test.faults;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of the tests in a JVM of its own, to be killed or frozen. It is meant to end
 * when its standard input does, with the process that started it.
 */
public final class Jvm implements AutoCloseable {

	private final Process process;

	private Jvm(Process process) {
		this.process = process;
	}

	/**
	 * Starts a program with this JVM's class path.
	 * @param program has a main method
	 * @param arguments are passed to it
	 * @return the process, to be closed
	 * @throws IOException if it cannot be started
	 */
	public static Jvm start(Class<?> program, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), program.getName()));
		command.addAll(List.of(arguments));
		return new Jvm(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start());
	}

	/**
	 * SIGKILL.
	 */
	public void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	/**
	 * SIGSTOP: its connections stay open, and nobody answers.
	 */
	public void freeze() {
		signal("STOP");
	}

	/**
	 * SIGCONT.
	 */
	public void thaw() {
		signal("CONT");
	}

	private void signal(String name) {
		Signals.send(name, this.process.toHandle());
	}

	@Override
	public void close() {
		kill();
	}

}

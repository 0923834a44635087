package dev.kiwi.test.broker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Processes of the operating system that do not outlive this JVM, however it ends.
 */
final class Processes {

	private static final long EXIT_TIMEOUT_SECONDS = 10;

	private static final long COMMAND_TIMEOUT_SECONDS = 60;

	/**
	 * The kernel kills a child with the thread that started it, not with the process:
	 * this thread lives as long as the JVM.
	 */
	private static final ExecutorService KEEPER = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "kiwi-broker-keeper");
		thread.setDaemon(true);
		return thread;
	});

	private Processes() {
	}

	/**
	 * Starts a process that is killed when this JVM ends.
	 */
	static Process start(Map<String, String> environment, Path output, String... command) {
		List<String> tied = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
		tied.addAll(List.of(command));
		ProcessBuilder builder = builder(environment, tied).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
		Future<Process> process = KEEPER.submit(builder::start);
		try {
			return process.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Cannot start " + command[0], ex.getCause());
		}
		catch (InterruptedException ex) {
			throw interrupted(command[0], ex);
		}
	}

	/**
	 * Runs a command to its end.
	 * @return its standard output
	 */
	static String run(Map<String, String> environment, List<String> command) {
		String text = String.join(" ", command);
		try {
			File output = File.createTempFile("kiwi-", ".out");
			File error = File.createTempFile("kiwi-", ".err");
			try {
				Process process = builder(environment, command).redirectOutput(output).redirectError(error).start();
				if (!process.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
					kill(process);
					throw new IllegalStateException(text + " took more than " + COMMAND_TIMEOUT_SECONDS + " s");
				}
				if (process.exitValue() != 0) {
					throw new IllegalStateException(
							text + " ended with " + process.exitValue() + ": " + Files.readString(error.toPath()));
				}
				return Files.readString(output.toPath());
			}
			finally {
				Files.delete(output.toPath());
				Files.delete(error.toPath());
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot run " + text, ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(text, ex);
		}
	}

	/**
	 * Sends a signal.
	 * @param signal its name, for example {@code STOP}
	 */
	static void signal(Process process, String signal) {
		run(Map.of(), List.of("sh", "-c", "kill -" + signal + " " + process.pid()));
	}

	/**
	 * Kills a process and its descendants, and waits for its end.
	 */
	static void kill(Process process) {
		List<ProcessHandle> descendants = process.descendants().toList();
		// The Erlang VM first: it would dump its memory on the loss of a helper.
		process.destroyForcibly();
		descendants.forEach(ProcessHandle::destroyForcibly);
		try {
			if (!process.waitFor(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Process " + process.pid() + " survived SIGKILL");
			}
		}
		catch (InterruptedException ex) {
			throw interrupted("Killing process " + process.pid(), ex);
		}
	}

	private static ProcessBuilder builder(Map<String, String> environment, List<String> command) {
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().keySet().retainAll(List.of("PATH"));
		builder.environment().putAll(environment);
		return builder;
	}

	private static IllegalStateException interrupted(String what, InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new IllegalStateException(what + " was interrupted", ex);
	}

}

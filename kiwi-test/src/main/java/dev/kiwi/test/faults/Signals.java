package dev.kiwi.test.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Signals to processes of this machine.
 */
public final class Signals {

	private Signals() {
	}

	/**
	 * Sends a signal.
	 * @param name its name, for example {@code STOP}
	 * @param processes who get it; one that is gone is left out
	 */
	public static void send(String name, ProcessHandle... processes) {
		String pids = Stream.of(processes)
			.map((process) -> Long.toString(process.pid()))
			.collect(Collectors.joining(" "));
		try {
			new ProcessBuilder("sh", "-c", "kill -" + name + " " + pids + " 2>/dev/null").start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while signalling " + pids, ex);
		}
	}

}

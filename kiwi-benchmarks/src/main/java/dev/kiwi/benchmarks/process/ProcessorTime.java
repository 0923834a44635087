package dev.kiwi.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.kiwi.benchmarks.harness.UnavailableException;

/**
 * The processor time of processes, from Linux' proc file system: what has ended is in its
 * parent's account.
 */
final class ProcessorTime {

	/** Linux gives it in hundredths of a second to every program. */
	private static final double TICKS_PER_SECOND = 100;

	/** Of the fields after the name: utime, stime, cutime, cstime. */
	private static final int FIRST = 11;

	private static final int LAST = 14;

	private ProcessorTime() {
	}

	static void require() throws UnavailableException {
		if (!Files.exists(Path.of("/proc/self/stat"))) {
			throw new UnavailableException("needs Linux' proc file system");
		}
	}

	/** Seconds of processor time so far. */
	static double of(Stream<ProcessHandle> processes) {
		return processes.mapToDouble(ProcessorTime::own).sum();
	}

	private static double own(ProcessHandle process) {
		try {
			String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
			return IntStream.rangeClosed(FIRST, LAST).mapToLong((field) -> Long.parseLong(fields[field])).sum()
					/ TICKS_PER_SECOND;
		}
		catch (NoSuchFileException ex) {
			// ended meanwhile
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

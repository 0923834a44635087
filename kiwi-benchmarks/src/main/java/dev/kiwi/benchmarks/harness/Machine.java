package dev.kiwi.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where it is measured, and with what.
 */
public final class Machine {

	private final Map<String, String> versions = new LinkedHashMap<>();

	/** This machine. */
	public Machine() {
		Runtime runtime = Runtime.getRuntime();
		version("Processors", runtime.availableProcessors() + " × " + processor());
		version("System", System.getProperty("os.name") + " " + System.getProperty("os.version"));
		version("JDK", System.getProperty("java.vm.version") + ", heap of " + (runtime.maxMemory() >> 20) + " MiB");
	}

	/** Names a program that takes part. */
	public void version(String program, String version) {
		this.versions.put(program, version);
	}

	String text() {
		return this.versions.entrySet()
			.stream()
			.map((entry) -> "- " + entry.getKey() + ": " + entry.getValue() + "\n")
			.collect(Collectors.joining("", "", "\n"));
	}

	private static String processor() {
		Path information = Path.of("/proc/cpuinfo");
		try {
			return Files.readAllLines(information)
				.stream()
				.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst()
				.orElse(System.getProperty("os.arch"));
		}
		catch (IOException ex) {
			// only Linux has this file
			return System.getProperty("os.arch");
		}
	}

}

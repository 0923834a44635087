package dev.kiwi.benchmarks.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is measured, and for how long.
 *
 * @param rows the beginnings of the rows' names; empty for all
 * @param rounds how many rounds count
 * @param length how long one round of one contender takes
 * @param warmUp how long each contender runs before
 * @param target where results are written
 */
public record Options(List<String> rows, int rounds, Duration length, Duration warmUp, Path target) {

	/**
	 * Reads the command line, of {@code rows=send,rpc rounds=5 seconds=1 warm-up=4}.
	 * @param arguments none of them needed
	 * @return the options
	 * @throws IllegalArgumentException if one is none of these
	 */
	public static Options parse(String... arguments) {
		Map<String, String> named = new HashMap<>(
				Map.of("rows", "", "rounds", "5", "seconds", "1", "warm-up", "4", "target", defaultTarget()));
		for (String argument : arguments) {
			String[] parts = argument.split("=", 2);
			if (parts.length < 2 || named.replace(parts[0], parts[1]) == null) {
				throw new IllegalArgumentException("'" + argument + "' is none of rows=, rounds=, seconds=, warm-up=");
			}
		}
		String rows = named.getOrDefault("rows", "");
		return new Options(rows.isEmpty() ? List.of() : List.of(rows.split(",")),
				Integer.parseInt(named.getOrDefault("rounds", "")), seconds(named.getOrDefault("seconds", "")),
				seconds(named.getOrDefault("warm-up", "")), Path.of(named.getOrDefault("target", "")));
	}

	/** Whether a row is asked for. */
	public boolean wants(String row) {
		return this.rows.isEmpty() || this.rows.stream().anyMatch(row::startsWith);
	}

	private static Duration seconds(String number) {
		return Duration.ofNanos((long) (Double.parseDouble(number) * 1e9));
	}

	private static String defaultTarget() {
		return Path.of(System.getProperty("benchmarks.target", "target"), "benchmarks").toString();
	}

}

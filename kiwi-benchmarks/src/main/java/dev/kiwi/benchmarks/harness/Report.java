package dev.kiwi.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured, as Markdown, CSV and a plot. Written anew after each row, so that a
 * run that is ended early leaves what it has.
 */
public final class Report {

	private final Options options;

	private final Machine machine;

	private final List<Result> results = new ArrayList<>();

	private final Map<String, String> skipped = new LinkedHashMap<>();

	/**
	 * A report without rows yet.
	 * @param options where it is written
	 * @param machine where it is measured
	 */
	public Report(Options options, Machine machine) {
		this.options = options;
		this.machine = machine;
	}

	/** Adds a row. */
	public void add(Result result) throws IOException {
		this.results.add(result);
		write();
	}

	/** Adds a row that there is no result of, and why. */
	public void skip(Scenario scenario, String reason) throws IOException {
		this.skipped.put(scenario.id(), reason);
		write();
	}

	/** What came of one row, for the console. */
	public static String text(Result result) {
		StringBuilder text = new StringBuilder();
		result.rounds()
			.forEach((name, figures) -> text.append(
					String.format("  %-28s %s%n", name, figures(result.scenario().unit(), figures).replace("|", " "))));
		result.absent().forEach((name, reason) -> text.append(String.format("  %-28s not here: %s%n", name, reason)));
		for (Goal goal : measured(result)) {
			text.append(String.format("  %s: %s %s%n", goal.holds(result) ? "holds" : "MISSED", goal.subject(),
					goal(result, goal).replace("|", " ")));
		}
		return text.toString();
	}

	private void write() throws IOException {
		Path target = Files.createDirectories(this.options.target());
		Files.writeString(target.resolve("results.md"), markdown());
		Files.writeString(target.resolve("results.csv"), csv());
		Files.writeString(target.resolve("goals.svg"), Plot.svg(this.results));
	}

	private String markdown() {
		StringBuilder text = new StringBuilder(this.machine.text());
		text.append(String.format(
				"%d rounds of %.1f s of each contender, in turn, after a warm-up of at least %.1f s, and until the compiler is done.%n",
				this.options.rounds(), this.options.length().toMillis() / 1e3, this.options.warmUp().toMillis() / 1e3));
		text.append("\n| row | goal for kiwi | reached: median | least to most | holds |\n|---|---|---|---|---|\n");
		for (Result result : this.results) {
			for (Goal goal : measured(result)) {
				text.append(String.format("| %s | %s | %s |%n", result.scenario().id(), goal(result, goal),
						goal.holds(result) ? "yes" : "**no**"));
			}
		}
		text.append("\n| row | work | contender | median | least to most |\n|---|---|---|---|---|\n");
		for (Result result : this.results) {
			Scenario scenario = result.scenario();
			result.rounds()
				.forEach((name, figures) -> text.append(String.format("| %s | %s | %s | %s |%n", scenario.id(),
						scenario.work(), name, figures(scenario.unit(), figures))));
			result.absent()
				.forEach((name, reason) -> text.append(
						String.format("| %s | %s | %s | – | %s |%n", scenario.id(), scenario.work(), name, reason)));
		}
		this.skipped.forEach((row, reason) -> text.append(String.format("| %s | | | – | %s |%n", row, reason)));
		return text.toString();
	}

	private String csv() {
		StringBuilder text = new StringBuilder("row,contender,unit,round,value\n");
		for (Result result : this.results) {
			result.rounds().forEach((name, figures) -> {
				for (int round = 0; round < figures.values().length; round++) {
					text.append(String.format("%s,%s,%s,%d,%s%n", result.scenario().id(), name,
							result.scenario().unit(), round + 1, figures.values()[round]));
				}
			});
		}
		return text.toString();
	}

	private static List<Goal> measured(Result result) {
		return result.scenario().goals().stream().filter((goal) -> goal.isMeasured(result)).toList();
	}

	private static String figures(Unit unit, Figures figures) {
		return unit.format(figures.median()) + " | " + unit.format(figures.min()) + " to " + unit.format(figures.max());
	}

	private static String goal(Result result, Goal goal) {
		Unit unit = result.scenario().unit();
		Figures figures = goal.figures(result);
		String subject = goal.subject().equals("kiwi") ? "" : goal.subject() + " ";
		String text = subject + goal.text(unit) + " | ";
		return switch (goal.kind()) {
			case RATIO_AT_LEAST, RATIO_AT_MOST ->
				text + String.format("%.2f | %.2f to %.2f", figures.median(), figures.min(), figures.max());
			case EXCESS_AT_MOST, VALUE_AT_MOST -> text + figures(unit, figures);
		};
	}

}

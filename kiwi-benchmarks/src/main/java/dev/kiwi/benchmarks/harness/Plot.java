package dev.kiwi.benchmarks.harness;

import java.util.List;
import java.util.Locale;

/**
 * A bar for each goal: how much of it is reached, on a logarithmic scale.
 */
final class Plot {

	private static final int LINE = 20;

	private static final int TEXT = 430;

	/** The bar of a goal that is just reached. */
	private static final int JUST = 150;

	private static final int WIDTH = 900;

	private static final double PER_FACTOR_OF_TEN = 150;

	private Plot() {
	}

	static String svg(List<Result> results) {
		StringBuilder bars = new StringBuilder();
		int y = 2 * LINE;
		for (Result result : results) {
			for (Goal goal : result.scenario().goals()) {
				if (goal.isMeasured(result)) {
					bars.append(bar(result, goal, y));
					y += LINE;
				}
			}
		}
		return String.format(Locale.ROOT,
				"""
						<svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" font-family="sans-serif" font-size="12">
						<rect width="%1$d" height="%2$d" fill="white"/>
						<text x="8" y="18" font-weight="bold">How much of each goal is reached (logarithmic)</text>
						%3$s<line x1="%4$d" x2="%4$d" y1="26" y2="%5$d" stroke="black"/>
						</svg>
						""",
				WIDTH, y + LINE, bars, TEXT + JUST, y);
	}

	private static String bar(Result result, Goal goal, int y) {
		double reached = goal.reached(result);
		double length = Math.max(2, Math.min(WIDTH - TEXT - 60, JUST + PER_FACTOR_OF_TEN * Math.log10(reached)));
		String text = result.scenario().id() + ": " + goal.subject() + " " + goal.text(result.scenario().unit());
		return String.format(Locale.ROOT, """
				<text x="8" y="%1$d">%2$s</text>
				<rect x="%3$d" y="%4$d" width="%5$.1f" height="14" fill="%6$s"/>
				<text x="%7$.1f" y="%1$d">%8$.2f</text>
				""", y + 12, text.replace("&", "&amp;").replace("<", "&lt;"), TEXT, y, length,
				goal.holds(result) ? "#5a9e4b" : "#d9822b", TEXT + length + 5, reached);
	}

}

package dev.kiwi.benchmarks.harness;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the contenders of a scenario in turn, round by round: on a machine that drifts
 * only what is measured side by side can be compared.
 */
public final class Rounds {

	/**
	 * The first ones are short, and one that fills a queue takes most of its time for
	 * that.
	 */
	private static final int LEAST_WARM_UP = 6;

	/** How many times as long as asked for, while the compiler is busy. */
	private static final int MOST_WARM_UP = 3;

	private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

	private final Options options;

	/**
	 * Rounds.
	 * @param options how many, and how long
	 */
	public Rounds(Options options) {
		this.options = options;
	}

	/**
	 * Measures a scenario.
	 * @param scenario the row
	 * @return the figures of those contenders that are here
	 * @throws Exception if one fails
	 */
	public Result run(Scenario scenario) throws Exception {
		Map<String, Contender> open = new LinkedHashMap<>();
		Map<String, String> absent = new LinkedHashMap<>();
		try {
			for (Map.Entry<String, Contender.Opener> contender : scenario.contenders().entrySet()) {
				try {
					open.put(contender.getKey(), contender.getValue().open());
				}
				catch (UnavailableException ex) {
					absent.put(contender.getKey(), String.valueOf(ex.getMessage()));
				}
			}
			if (scenario.coldRounds() > 0) {
				return new Result(scenario, figures(open, scenario.coldRounds()), absent);
			}
			for (Contender contender : open.values()) {
				warmUp(contender);
			}
			return new Result(scenario, figures(open, this.options.rounds()), absent);
		}
		finally {
			for (Contender contender : open.values()) {
				contender.close();
			}
		}
	}

	private Map<String, Figures> figures(Map<String, Contender> open, int rounds) throws Exception {
		Map<String, Figures> figures = new LinkedHashMap<>();
		open.keySet().forEach((name) -> figures.put(name, new Figures(new double[rounds])));
		List<String> order = new ArrayList<>(open.keySet());
		for (int round = 0; round < rounds; round++) {
			for (String name : order) {
				System.gc();
				Contender contender = open.get(name);
				Figures own = figures.get(name);
				if (contender != null && own != null) {
					own.values()[round] = contender.measure(this.options.length());
				}
			}
			// nobody always comes after the same one
			Collections.rotate(order, 1);
		}
		return figures;
	}

	/** Until the compiler is done as well, but not for ever. */
	private void warmUp(Contender contender) throws Exception {
		long begun = System.nanoTime();
		long enough = this.options.warmUp().toNanos();
		boolean compiling = true;
		for (int round = 0; round < LEAST_WARM_UP
				|| System.nanoTime() - begun < (compiling ? MOST_WARM_UP * enough : enough); round++) {
			long compiled = COMPILER.getTotalCompilationTime();
			contender.measure(this.options.length());
			compiling = COMPILER.getTotalCompilationTime() - compiled > this.options.length().toMillis() / 10;
		}
	}

}

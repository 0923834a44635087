package dev.kiwi.benchmarks.harness;

import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * What came of a scenario.
 *
 * @param scenario the row
 * @param rounds the figures by contender
 * @param absent why other contenders have none
 */
public record Result(Scenario scenario, Map<String, Figures> rounds, Map<String, String> absent) {

	boolean has(String contender) {
		return this.rounds.containsKey(contender);
	}

	Figures figures(String contender) {
		return Objects.requireNonNull(this.rounds.get(contender), contender);
	}

	/** Round by round: what drifts from one to the next drops out. */
	Figures ratio(String contender, String reference) {
		return compare(contender, reference, (one, other) -> one / other);
	}

	Figures excess(String contender, String reference) {
		return compare(contender, reference, (one, other) -> one - other);
	}

	private Figures compare(String contender, String reference, DoubleBinaryOperator comparison) {
		double[] ones = figures(contender).values();
		double[] others = figures(reference).values();
		return new Figures(IntStream.range(0, ones.length)
			.mapToDouble((round) -> comparison.applyAsDouble(ones[round], others[round]))
			.toArray());
	}

}

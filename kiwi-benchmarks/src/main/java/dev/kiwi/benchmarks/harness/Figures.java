package dev.kiwi.benchmarks.harness;

import java.util.Arrays;

/**
 * The figures of all rounds, in their order.
 *
 * @param values at least one
 */
public record Figures(double... values) {

	/** The one in the middle, or the mean of the two that are. */
	public double median() {
		double[] sorted = this.values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	double min() {
		return Arrays.stream(this.values).min().orElseThrow();
	}

	double max() {
		return Arrays.stream(this.values).max().orElseThrow();
	}

}

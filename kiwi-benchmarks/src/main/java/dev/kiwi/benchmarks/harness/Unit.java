package dev.kiwi.benchmarks.harness;

/**
 * What a contender's figure counts.
 */
public enum Unit {

	/** More is better. */
	PER_SECOND("/s"),

	/** The median of one round; less is better. */
	MICROSECONDS("µs"),

	/** Less is better. */
	MILLISECONDS("ms"),

	/** Processor time by wall time; less is better. */
	PERCENT_OF_A_CORE("% of a core"),

	/** Less is better. */
	BYTES("B");

	private final String symbol;

	Unit(String symbol) {
		this.symbol = symbol;
	}

	String format(double value) {
		return ((Math.abs(value) >= 100) ? String.format("%,.0f", value) : String.format("%.2f", value)) + " "
				+ this.symbol;
	}

}

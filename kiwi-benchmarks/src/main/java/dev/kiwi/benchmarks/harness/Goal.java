package dev.kiwi.benchmarks.harness;

import java.util.Locale;

/**
 * What kiwi is to reach.
 *
 * @param kind how it is compared
 * @param subject the contender it is about
 * @param reference the contender it is compared with, empty where the figure itself
 * counts
 * @param bound the bound
 */
public record Goal(Kind kind, String subject, String reference, double bound) {

	private static final String KIWI = "kiwi";

	/** Kiwi's figure is at least so many times the reference's. */
	public static Goal atLeast(double factor, String reference) {
		return new Goal(Kind.RATIO_AT_LEAST, KIWI, reference, factor);
	}

	/** Kiwi's figure is at most so many times the reference's. */
	public static Goal atMost(double factor, String reference) {
		return new Goal(Kind.RATIO_AT_MOST, KIWI, reference, factor);
	}

	/** Kiwi's figure is at most so much above the reference's. */
	public static Goal excess(double excess, String reference) {
		return new Goal(Kind.EXCESS_AT_MOST, KIWI, reference, excess);
	}

	/** Kiwi's figure is at most this. */
	public static Goal value(double most) {
		return new Goal(Kind.VALUE_AT_MOST, KIWI, "", most);
	}

	/** The same goal for another contender than kiwi. */
	public Goal of(String contender) {
		return new Goal(this.kind, contender, this.reference, this.bound);
	}

	Figures figures(Result result) {
		return switch (this.kind) {
			case RATIO_AT_LEAST, RATIO_AT_MOST -> result.ratio(this.subject, this.reference);
			case EXCESS_AT_MOST -> result.excess(this.subject, this.reference);
			case VALUE_AT_MOST -> result.figures(this.subject);
		};
	}

	/** Whether the median of all rounds reaches it. */
	boolean holds(Result result) {
		double median = figures(result).median();
		return (this.kind == Kind.RATIO_AT_LEAST) ? median >= this.bound : median <= this.bound;
	}

	boolean isMeasured(Result result) {
		return result.has(this.subject) && (this.reference.isEmpty() || result.has(this.reference));
	}

	/** How much of the goal is reached: 1 and more holds. */
	double reached(Result result) {
		double median = figures(result).median();
		return (this.kind == Kind.RATIO_AT_LEAST) ? median / this.bound : this.bound / Math.max(median, 1e-9);
	}

	String text(Unit unit) {
		String number = String.format(Locale.ROOT, "%.4g", this.bound).replaceAll("\\.?0+$", "");
		return switch (this.kind) {
			case RATIO_AT_LEAST -> "≥ " + number + " × " + this.reference;
			case RATIO_AT_MOST -> "≤ " + number + " × " + this.reference;
			case EXCESS_AT_MOST -> "≤ " + this.reference + " + " + unit.format(this.bound);
			case VALUE_AT_MOST -> "≤ " + unit.format(this.bound);
		};
	}

	/**
	 * How figures are compared.
	 */
	public enum Kind {

		RATIO_AT_LEAST, RATIO_AT_MOST, EXCESS_AT_MOST, VALUE_AT_MOST

	}

}

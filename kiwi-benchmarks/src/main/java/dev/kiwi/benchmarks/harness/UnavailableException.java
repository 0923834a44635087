package dev.kiwi.benchmarks.harness;

/**
 * A contender that cannot be had here. Its name stays in the table, with the reason.
 */
public final class UnavailableException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * A contender is not here.
	 * @param message what is missing, and how to have it
	 */
	public UnavailableException(String message) {
		super(message);
	}

}

package dev.kiwi.transport;

/**
 * The headers that kiwi itself writes. No transport changes or trusts a broker's own
 * count for one of these.
 */
public final class Headers {

	/**
	 * What the name of each of kiwi's own headers starts with.
	 */
	public static final String PREFIX = "kiwi-";

	/**
	 * How often a task was given to a handler before, absent for never.
	 */
	public static final String ATTEMPTS = PREFIX + "attempts";

	/**
	 * How often a task was rejected by every subscriber of a worker, absent for never.
	 */
	public static final String REJECTIONS = PREFIX + "rejections";

	/**
	 * The class of the exception that a reply tells of.
	 */
	public static final String ERROR_TYPE = PREFIX + "error-type";

	/**
	 * Why a task was buried.
	 */
	public static final String REASON = PREFIX + "reason";

	/**
	 * The queue that a buried task was sent to.
	 */
	public static final String QUEUE = PREFIX + "queue";

	private Headers() {
	}

}

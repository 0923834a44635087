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

	/**
	 * How often a task was launched anew as a dead letter, absent for never.
	 */
	public static final String LAUNCH = PREFIX + "launch";

	/**
	 * A task's priority, 1 to 9, absent for 0.
	 */
	public static final String PRIORITY = PREFIX + "priority";

	/**
	 * When a task was sent, in milliseconds since 1970.
	 */
	public static final String SENT = PREFIX + "sent";

	/**
	 * When a task that was not begun is of no use any more, in milliseconds since 1970.
	 */
	public static final String EXPIRES = PREFIX + "expires";

	/**
	 * When a task was buried, in milliseconds since 1970.
	 */
	public static final String BURIED = PREFIX + "buried";

	/**
	 * The stack trace of the failure that buried a task.
	 */
	public static final String STACK_TRACE = PREFIX + "stack-trace";

	/**
	 * After which attempt a task is tried again.
	 */
	public static final String ATTEMPT = PREFIX + "attempt";

	/**
	 * After how many milliseconds a task is tried again.
	 */
	public static final String AFTER = PREFIX + "after";

	/**
	 * How far a handler is, 0 to 1.
	 */
	public static final String FRACTION = PREFIX + "fraction";

	/**
	 * Marks a broadcast that only wakes other processes, and says whose it is.
	 */
	public static final String BELL = PREFIX + "bell";

	private Headers() {
	}

}

package dev.kiwi;

/**
 * What becomes of a task whose worker is gone before it was settled.
 */
public enum DeliveryGuarantee {

	/**
	 * Another worker gets it.
	 */
	AT_LEAST_ONCE,

	/**
	 * Nobody does: it is kept as a dead letter, its sender hears
	 * {@link TaskLostException}, and it runs again only when somebody relaunches it.
	 */
	AT_MOST_ONCE

}

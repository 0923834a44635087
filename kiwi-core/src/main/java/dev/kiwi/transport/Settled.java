package dev.kiwi.transport;

/**
 * What came of settling a delivery.
 */
public enum Settled {

	/**
	 * As the verdict said.
	 */
	DONE,

	/**
	 * The task was no longer this worker's: another has it or will get it.
	 */
	LOST_OWNERSHIP,

	/**
	 * The connection broke meanwhile: as the verdict said, or the task is given out
	 * again.
	 */
	UNKNOWN

}

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
	 * Nothing: the transaction that it was settled in was rolled back. The task is this
	 * worker's still, and can be settled again.
	 */
	ROLLED_BACK,

	/**
	 * The connection broke meanwhile: as the verdict said, or the task is given out
	 * again.
	 */
	UNKNOWN

}

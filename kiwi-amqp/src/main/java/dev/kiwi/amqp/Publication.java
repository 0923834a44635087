package dev.kiwi.amqp;

/**
 * What is published, and what its sender is promised.
 */
enum Publication {

	/** A task of a sender's, who waits for room and hears that nobody has its queue. */
	TASK(true, true, true),

	/** What becomes of a delivery, whose prefetch bounds it already. */
	OUTCOME(true, true, false),

	/** A broadcast, which the broker takes also where nobody listens. */
	BROADCAST(true, false, true),

	/**
	 * A call, which no broker keeps beyond its connection: that it arrived is confirmed
	 * by its answer, and that nobody takes it is said by its return.
	 */
	CALL(false, true, true),

	/** An answer, which its call's prefetch bounds; its caller may be gone. */
	ANSWER(false, false, false);

	private final boolean confirmed;

	private final boolean mandatory;

	private final boolean bounded;

	Publication(boolean confirmed, boolean mandatory, boolean bounded) {
		this.confirmed = confirmed;
		this.mandatory = mandatory;
		this.bounded = bounded;
	}

	/** Whether it is done when the broker confirms it, and not when it is written. */
	boolean isConfirmed() {
		return this.confirmed;
	}

	/** Whether the broker returns it where no queue takes it. */
	boolean isMandatory() {
		return this.mandatory;
	}

	/** Whether its sender waits for room in a window. */
	boolean isBounded() {
		return this.bounded;
	}

}

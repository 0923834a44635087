package dev.kiwi.engine;

/**
 * The three kinds of message.
 */
public enum MessageKind {

	/**
	 * Work for one of many.
	 */
	TASK,

	/**
	 * A call that is answered.
	 */
	RPC,

	/**
	 * Word for everyone.
	 */
	BROADCAST

}

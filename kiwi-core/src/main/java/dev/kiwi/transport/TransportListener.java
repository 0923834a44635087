package dev.kiwi.transport;

/**
 * The engine's side of a transport: what comes in without having been consumed from a
 * queue. No method blocks or throws.
 */
public interface TransportListener {

	/**
	 * A reply to a task of this communicator. May come more than once for one task.
	 * @param reply the reply
	 */
	void taskReply(Reply reply);

	/**
	 * A reply to a call of this communicator.
	 * @param reply the reply
	 */
	void rpcReply(Reply reply);

	/**
	 * Nobody serves what a call of this communicator is for, which turned out after the
	 * transport had taken it.
	 * @param id the call's id
	 */
	void rpcUnroutable(String id);

	/**
	 * The connection is gone: replies to calls that were under way will not come, replies
	 * to tasks will.
	 * @param cause what ended it
	 */
	void connectionLost(Throwable cause);

	/**
	 * The connection is back and everything subscribed with it.
	 */
	void connectionRecovered();

}

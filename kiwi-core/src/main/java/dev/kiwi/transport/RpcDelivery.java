package dev.kiwi.transport;

/**
 * A request in the hands of a callee.
 */
public interface RpcDelivery {

	/**
	 * The request.
	 * @return the envelope
	 */
	Envelope request();

	/**
	 * Answers. The first final reply ends the delivery; further ones are ignored. Called
	 * on kiwi's executor, as it may be held up by a server that reads nothing.
	 * @param reply the reply
	 */
	void reply(Reply reply);

	/**
	 * Gives the request back unanswered, for another instance.
	 */
	void release();

}

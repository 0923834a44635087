package dev.kiwi;

import java.util.concurrent.CompletionStage;

/**
 * A handler's place at a queue, an RPC identifier or the broadcasts.
 */
public interface Subscription extends Registration {

	/**
	 * What is subscribed to: the queue, the RPC identifier or the filter's text.
	 * @return the identifier
	 */
	String identifier();

	/**
	 * Completes once messages can reach the handler. While the server is away it stays
	 * open and completes after the connection is there; it fails when the server refuses
	 * for good, as for an exclusive identifier that somebody else holds
	 * ({@link DuplicateSubscriberIdentifierException}).
	 * @return the stage
	 */
	CompletionStage<Void> ready();

	/**
	 * Whether messages reach the handler now. Unlike {@link #ready()}, which tells of the
	 * first time, this is false again while the connection is away, and where the server
	 * has taken the subscription back.
	 * @return whether it is served at this moment
	 */
	boolean isServed();

	/**
	 * Takes no further message. Handlers that run go on; what was received but not
	 * started is handed back. Does not wait: {@link #ended()} does.
	 */
	@Override
	void close();

	/**
	 * Completes when the subscription is closed and its last running handler has returned
	 * and its outcome is settled.
	 * @return the stage
	 */
	CompletionStage<Void> ended();

}

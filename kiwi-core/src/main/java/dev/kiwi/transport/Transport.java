package dev.kiwi.transport;

import java.util.List;

import dev.kiwi.TransportInfo;

/**
 * Carries the messages of one communicator: work and words, with one lifecycle.
 */
public interface Transport extends AutoCloseable {

	/**
	 * Work.
	 * @return the same instance each time
	 */
	TaskTransport tasks();

	/**
	 * Words.
	 * @return the same instance each time
	 */
	MessageTransport messages();

	/**
	 * Begins, once, before anything else is called. Does not wait for the server: what
	 * needs it connects by itself, retries while it is away, and comes back after it was
	 * lost.
	 * @param instance names this communicator, unique over all processes and restarts;
	 * the address that replies come to
	 * @param listener hears all that comes in
	 */
	void start(String instance, TransportListener listener);

	/**
	 * What is known of the server.
	 * @return a snapshot
	 */
	TransportInfo info();

	/**
	 * What it holds to its server now, for the engine to see whether it still answers.
	 * @return the open connections; empty while there is none, and where there is no
	 * server
	 */
	List<ServerConnection> connections();

	/**
	 * Ends: what was not settled is given out again elsewhere, open futures fail with
	 * {@link dev.kiwi.CommunicatorClosedException}. Waits at most some seconds. A second
	 * call does nothing.
	 */
	@Override
	void close();

}

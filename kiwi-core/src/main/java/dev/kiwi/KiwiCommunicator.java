package dev.kiwi;

/**
 * The one door to messaging: sends and serves tasks, RPC and broadcasts.
 * <p>
 * All methods may be called from any thread. Handlers and callbacks run on kiwi's
 * executor, never on a connection's thread, so they may block. After {@link #close()}
 * every operation throws {@link CommunicatorClosedException}, and futures that were still
 * open have failed with it.
 */
public interface KiwiCommunicator extends TaskOperations, RpcOperations, BroadcastOperations, AutoCloseable {

	/**
	 * Tells of connection losses and recoveries and of closing.
	 * @param listener called on kiwi's executor, in the order of events
	 * @return removes the listener when closed
	 */
	Registration addConnectionListener(ConnectionListener listener);

	/**
	 * What is known of the transport and of the server behind it.
	 * @return a snapshot; the server's properties are empty until it was reached once
	 */
	TransportInfo transportInfo();

	/**
	 * What an operator sees and does.
	 * @return the same instance each time
	 */
	KiwiAdmin admin();

	/**
	 * Whether {@link #close()} was called.
	 * @return true from the moment closing begins
	 */
	boolean isClosed();

	/**
	 * Stops taking messages, lets running handlers finish within the shutdown time-out,
	 * hands the rest back, fails open futures with {@link CommunicatorClosedException}
	 * and releases the connection. A second call does nothing.
	 */
	@Override
	void close();

}

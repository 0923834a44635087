package dev.kiwi;

/**
 * Hears of the connection's fate. Each method does nothing unless overridden; an
 * exception is logged and reaches no other listener.
 */
public interface ConnectionListener {

	/**
	 * The connection is gone; kiwi is reconnecting.
	 * @param cause what ended it
	 */
	default void connectionLost(Throwable cause) {
	}

	/**
	 * The connection is back and every subscription with it.
	 */
	default void connectionRecovered() {
	}

	/**
	 * The communicator was closed; nothing follows.
	 */
	default void closed() {
	}

}

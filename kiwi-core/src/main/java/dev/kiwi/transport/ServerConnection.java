package dev.kiwi.transport;

import java.util.concurrent.CompletionStage;

import dev.kiwi.ConnectionLostException;

/**
 * A connection of a transport to its server, as the engine watches it. Equal to another
 * as long as it is the same connection. Thread-safe.
 */
public interface ServerConnection {

	/**
	 * What it is for, such as {@code consuming}: the same for the one that follows it,
	 * and unlike that of the others at the same time.
	 * @return the name
	 */
	String name();

	/**
	 * Asks the server for an answer, the way that messages come. Does not block. A
	 * connection that the server has said to be kept waiting, as one that publishes
	 * during an alarm, answers by itself.
	 * @return completes with the answer; fails, or stays open, where there is none
	 */
	CompletionStage<Void> ping();

	/**
	 * Gives up a connection that does not answer: the transport tells that it is lost,
	 * closes it as best it can and builds another. Does not block.
	 * @param cause what to tell
	 */
	void drop(ConnectionLostException cause);

}

package dev.kiwi.test.faults;

/**
 * A broker or a database, and what can go wrong with one. Each verb returns when its
 * effect has happened; none waits for ever. A verb that fails throws
 * {@link IllegalStateException}. The verbs of one server are meant to be called from one
 * thread at a time.
 */
public interface Server extends AutoCloseable {

	/**
	 * Its version. It must be up.
	 * @return for example {@code 3.10.8}
	 */
	String version();

	/**
	 * Ends the server as a power failure would ({@code kill -9}). Its data stays.
	 */
	void kill();

	/**
	 * Starts the server again, on the same port with the same data. Does nothing more
	 * than wait until it is ready if it is running.
	 */
	void start();

	/**
	 * Stops the server's processes where they are ({@code SIGSTOP}): its connections stay
	 * open, and nobody answers.
	 */
	void freeze();

	/**
	 * Lets a frozen server go on, with all that was sent to it meanwhile.
	 */
	void thaw();

	/**
	 * Ends a server that was started for the tests, and removes its data. Does nothing to
	 * any other, or the second time.
	 */
	@Override
	void close();

}

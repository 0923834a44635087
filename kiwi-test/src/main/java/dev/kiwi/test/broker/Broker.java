package dev.kiwi.test.broker;

import java.net.URI;

/**
 * A RabbitMQ broker to test against, and what can go wrong with one. Each verb returns
 * when its effect has happened; none waits for ever.
 * <p>
 * A broker that was only pointed to ({@value Brokers#URI_PROPERTY}) belongs to somebody
 * else: its fault verbs throw {@link UnsupportedOperationException}. A verb that fails
 * throws {@link IllegalStateException}. The verbs of one broker are meant to be called
 * from one thread at a time.
 */
public interface Broker extends AutoCloseable {

	/**
	 * The relative memory limit that RabbitMQ has up to version 4.0. Later versions
	 * default to 0.6; a test broker is far from either.
	 */
	double DEFAULT_MEMORY_WATERMARK = 0.4;

	/**
	 * Where and as whom to connect.
	 * @return an {@code amqp} URI; one without a path means the virtual host {@code /},
	 * one that ends with a slash would mean a virtual host without a name
	 */
	URI uri();

	default String host() {
		return uri().getHost();
	}

	default int port() {
		return (uri().getPort() != -1) ? uri().getPort() : AmqpHandshake.DEFAULT_PORT;
	}

	default String username() {
		return Credentials.of(uri()).username();
	}

	default String password() {
		return Credentials.of(uri()).password();
	}

	/**
	 * The version the broker greets its clients with. It must be up.
	 * @return for example {@code 3.10.8}
	 */
	default String version() {
		return AmqpHandshake.await(this);
	}

	/**
	 * Ends the broker as a power failure would ({@code kill -9}). Its data stays.
	 */
	void kill();

	/**
	 * Starts the broker again, on the same port with the same data. Does nothing more
	 * than wait until it is ready if it is running.
	 */
	void start();

	/**
	 * Stops the broker's processes where they are ({@code SIGSTOP}): its connections stay
	 * open, and nobody answers.
	 */
	void freeze();

	/**
	 * Lets a frozen broker go on, with all that was sent to it meanwhile.
	 */
	void thaw();

	/**
	 * Runs {@code rabbitmqctl} on the broker, which takes about a second.
	 * @param arguments the command and its arguments
	 * @return what it wrote to its standard output
	 * @throws IllegalStateException if the command fails or takes more than a minute
	 */
	String ctl(String... arguments);

	/**
	 * Shuts the broker down in good order, without ending its process: connections are
	 * closed with a reason (320).
	 */
	default void stopApp() {
		ctl("stop_app");
	}

	/**
	 * Undoes {@link #stopApp()}.
	 */
	default void startApp() {
		ctl("start_app");
		AmqpHandshake.await(this);
	}

	/**
	 * Raises or clears the memory alarm, which blocks all connections that publish.
	 * @param on whether the broker is to be short of memory
	 */
	default void memoryAlarm(boolean on) {
		ctl("set_vm_memory_high_watermark", on ? "0" : Double.toString(DEFAULT_MEMORY_WATERMARK));
	}

	/**
	 * Has the broker close all its connections.
	 * @param reason what the clients get to read
	 */
	default void closeAllConnections(String reason) {
		ctl("close_all_connections", reason);
	}

	/**
	 * Ends a broker that was started for the tests, and removes its data. Does nothing to
	 * any other, or the second time.
	 */
	@Override
	void close();

}

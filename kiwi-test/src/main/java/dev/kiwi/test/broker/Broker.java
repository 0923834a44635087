package dev.kiwi.test.broker;

import java.net.URI;

import dev.kiwi.test.faults.Server;

/**
 * A RabbitMQ broker to test against. One that was only pointed to
 * ({@value Brokers#URI_PROPERTY}) belongs to somebody else: its fault verbs throw
 * {@link UnsupportedOperationException}.
 */
public interface Broker extends Server {

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
	@Override
	default String version() {
		return AmqpHandshake.await(this);
	}

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

}

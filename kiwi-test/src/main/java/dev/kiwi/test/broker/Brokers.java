package dev.kiwi.test.broker;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * Where tests get their broker from. The first of these that there is:
 * <ol>
 * <li>an existing one, named by the system property {@value #URI_PROPERTY} or the
 * environment variable {@value #URI_VARIABLE},</li>
 * <li>one that a command starts, named by the system property {@value #COMMAND_PROPERTY}:
 * a program that takes a port, written {@code {port}}, and then {@code start},
 * {@code kill} or {@code ctl} with what {@code rabbitmqctl} is to do,</li>
 * <li>a Docker container,</li>
 * <li>a private node of the RabbitMQ that is installed on this machine.</li>
 * </ol>
 * Where there is none of them, tests fail and say what is missing: a test that is skipped
 * proves nothing.
 */
public final class Brokers {

	/** The system property with the URI of an existing broker. */
	public static final String URI_PROPERTY = "kiwi.test.rabbitmq.uri";

	/** The environment variable with the URI of an existing broker. */
	public static final String URI_VARIABLE = "KIWI_TEST_RABBITMQ_URI";

	/** The system property with the command that starts a broker. */
	public static final String COMMAND_PROPERTY = "kiwi.test.rabbitmq.command";

	private static @Nullable Broker shared;

	private Brokers() {
	}

	/**
	 * The broker that all tests of this JVM use, started when it is first asked for and
	 * ended with the JVM. Not to be closed; a test that does harm to its broker takes a
	 * {@link #dedicated()} one.
	 * @return the one broker
	 * @throws IllegalStateException if there is no way to have a broker here
	 */
	public static synchronized Broker shared() {
		Broker broker = shared;
		if (broker == null) {
			broker = dedicated();
			Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "kiwi-broker-close"));
			shared = broker;
		}
		return broker;
	}

	/**
	 * Starts a broker of one's own, which takes some seconds. Only where an existing
	 * broker is named, it is that one.
	 * @return a broker, to be closed by the caller
	 * @throws IllegalStateException if there is no way to have a broker here
	 */
	public static Broker dedicated() {
		String uri = existing();
		if (uri != null) {
			return new ExistingBroker(URI.create(uri));
		}
		String command = System.getProperty(COMMAND_PROPERTY);
		if (command != null) {
			return new CommandBroker(command);
		}
		if (DockerClientFactory.instance().isDockerAvailable()) {
			return new ContainerBroker();
		}
		return new PrivateBroker(PrivateBroker.installation()
			.orElseThrow(() -> new IllegalStateException(
					"These tests need RabbitMQ. Install it (apt-get install rabbitmq-server), "
							+ "or start Docker, or run ./verify, which does what is needed, or name a running broker: -D"
							+ URI_PROPERTY + "=amqp://guest:guest@localhost:5672")));
	}

	private static @Nullable String existing() {
		String property = System.getProperty(URI_PROPERTY);
		return (property != null) ? property : System.getenv(URI_VARIABLE);
	}

}

package dev.kiwi.test.broker;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

import com.github.dockerjava.api.DockerClient;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/**
 * A broker in a Docker container.
 */
final class ContainerBroker implements Broker {

	private static final String IMAGE = "rabbitmq:4.1-alpine";

	private final RabbitMQContainer container = new RabbitMQContainer(IMAGE);

	ContainerBroker() {
		// Docker gives a restarted container another host port unless it is a fixed one.
		this.container.setPortBindings(List.of(FreePorts.next() + ":" + AmqpHandshake.DEFAULT_PORT));
		this.container.start();
		AmqpHandshake.await(this);
	}

	@Override
	public URI uri() {
		return URI.create("amqp://%s:%s@%s:%d".formatted(this.container.getAdminUsername(),
				this.container.getAdminPassword(), this.container.getHost(), this.container.getAmqpPort()));
	}

	@Override
	public void kill() {
		docker().killContainerCmd(id()).exec();
		docker().waitContainerCmd(id()).start().awaitStatusCode();
	}

	@Override
	public void start() {
		if (!this.container.isRunning()) {
			docker().startContainerCmd(id()).exec();
		}
		AmqpHandshake.await(this);
	}

	@Override
	public void freeze() {
		docker().pauseContainerCmd(id()).exec();
	}

	@Override
	public void thaw() {
		docker().unpauseContainerCmd(id()).exec();
	}

	@Override
	public String ctl(String... arguments) {
		String[] command = Stream.concat(Stream.of("rabbitmqctl", "-q"), Stream.of(arguments)).toArray(String[]::new);
		try {
			ExecResult result = this.container.execInContainer(command);
			if (result.getExitCode() != 0) {
				throw new IllegalStateException(String.join(" ", command) + " failed: " + result.getStderr());
			}
			return result.getStdout();
		}
		catch (IOException ex) {
			throw new IllegalStateException(String.join(" ", command) + " failed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(String.join(" ", command) + " was interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.container.close();
	}

	private DockerClient docker() {
		return this.container.getDockerClient();
	}

	private String id() {
		return this.container.getContainerId();
	}

}

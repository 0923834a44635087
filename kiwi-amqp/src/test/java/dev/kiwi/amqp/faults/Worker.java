package dev.kiwi.amqp.faults;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.QueueSettings;

/**
 * A worker in a JVM of its own, to be killed. It answers each number with its double, and
 * ends with the process that started it.
 */
final class Worker implements AutoCloseable {

	static final String QUEUE = "double";

	private final Process process;

	private Worker(Process process) {
		this.process = process;
	}

	static Worker start(URI broker, String namespace) throws IOException {
		String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
		return new Worker(new ProcessBuilder(java, "-Xmx256m", "-cp", System.getProperty("java.class.path"),
				Worker.class.getName(), broker.toString(), namespace)
			.redirectOutput(ProcessBuilder.Redirect.INHERIT)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start());
	}

	public static void main(String[] arguments) throws Exception {
		QueueSettings settings = QueueSettings.defaults().withConcurrency(2).withPrefetch(20);
		CountDownLatch parentGone = new CountDownLatch(1);
		try (KiwiCommunicator kiwi = Communicators.connect(URI.create(arguments[0]), arguments[1], settings)) {
			kiwi.addTaskSubscriber(QUEUE, Integer.class, (number, task) -> {
				// long enough that a kill meets tasks at work
				if (parentGone.await(2, TimeUnit.MILLISECONDS)) {
					throw new IllegalStateException("The test is over");
				}
				return 2 * number;
			});
			while (System.in.read() >= 0) {
				continue;
			}
			parentGone.countDown();
		}
	}

	/** SIGKILL. */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	@Override
	public void close() {
		kill();
	}

}

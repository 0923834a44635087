package dev.kiwi.amqp.faults;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.faults.Jvm;

/**
 * A worker in a JVM of its own, to be killed. It answers each number with its double, and
 * ends with the process that started it.
 */
final class Worker {

	static final String QUEUE = "double";

	private Worker() {
	}

	static Jvm start(URI broker, String namespace) throws IOException {
		return Jvm.start(Worker.class, broker.toString(), namespace);
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

}

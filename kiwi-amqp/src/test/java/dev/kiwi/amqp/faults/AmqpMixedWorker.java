package dev.kiwi.amqp.faults;

import java.net.URI;
import java.nio.file.Path;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.test.faults.MixedWorker;

/**
 * A worker of all kinds of tasks in a JVM of its own.
 */
final class AmqpMixedWorker {

	private AmqpMixedWorker() {
	}

	public static void main(String[] arguments) throws Exception {
		try (KiwiCommunicator kiwi = Communicators.connect(URI.create(arguments[0]), "kiwi", MixedWorker::settings)) {
			MixedWorker.work(kiwi, Path.of(arguments[1]));
		}
	}

}

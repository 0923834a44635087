package dev.kiwi.benchmarks.process;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Pipelined;
import dev.kiwi.engine.KiwiCommunicatorBuilder;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * The heap of a worker that has tasks in hand.
 */
final class Memory {

	private static final int IN_FLIGHT = 10_000;

	/**
	 * One, as that is how many are begun of those that workers were killed with before.
	 */
	private static final int HANDLERS = 1;

	private Memory() {
	}

	/** Bytes for each task in flight beyond its payload. */
	static Contender inFlight(URI broker, String prefix) {
		AtomicInteger rounds = new AtomicInteger();
		return (length) -> {
			String namespace = prefix + rounds.incrementAndGet();
			fill(broker, namespace, IN_FLIGHT, Payload.OBJECT);
			try (Jvm jvm = Jvm.start(Node.class, "hold", broker.toString(), namespace, Integer.toString(IN_FLIGHT))) {
				long before = Long.parseLong(jvm.line());
				return (Long.parseLong(jvm.line()) - before) / (double) IN_FLIGHT - Payload.JSON.length;
			}
		};
	}

	/** Bytes of a worker, with so many tasks in its queue. */
	static Contender queued(URI broker, String namespace, int tasks) throws Exception {
		fill(broker, namespace, tasks, new Payload("small"));
		return (length) -> {
			try (Jvm jvm = Jvm.start(Node.class, "hold", broker.toString(), namespace, Integer.toString(HANDLERS))) {
				jvm.line();
				return Long.parseLong(jvm.line());
			}
		};
	}

	private static void fill(URI broker, String namespace, int tasks, Payload payload) throws Exception {
		CachingConnectionFactory factory = new CachingConnectionFactory(broker);
		int batch = 10_000;
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder
			.with(new AmqpTransport(factory, AmqpSettings.DEFAULTS.withNamespace(namespace)))
			.build()) {
			for (int sent = 0; sent < tasks; sent += batch) {
				new Pipelined(() -> kiwi.sendTask(Node.QUEUE, payload).accepted()).run(Math.min(batch, tasks - sent));
			}
		}
		factory.destroy();
	}

}

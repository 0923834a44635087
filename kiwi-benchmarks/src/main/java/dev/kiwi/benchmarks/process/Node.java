package dev.kiwi.benchmarks.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Waiting;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.transport.Transport;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/**
 * A process with kiwi in it, which does one thing.
 */
public final class Node {

	/** The queue that it works on. */
	static final String QUEUE = "work";

	private Node() {
	}

	/**
	 * Does it until it is killed; ends with status 1 if that fails.
	 * @param arguments what to do, the server's URI, the namespace or the tables' prefix,
	 * and how many tasks to take
	 */
	public static void main(String[] arguments) {
		try {
			run(arguments[0], arguments[1], arguments[2], Integer.parseInt(arguments[3]));
			new CountDownLatch(1).await();
		}
		catch (Throwable ex) {
			// other threads would keep the process, and whoever waits for its next line
			ex.printStackTrace();
			System.exit(1);
		}
	}

	private static void run(String what, String uri, String name, int tasks) throws Exception {
		switch (what) {
			case "nothing" -> System.out.println("ready");
			case "idle" -> idle(communicator(uri, name, tasks));
			case "wake" -> wake(communicator(uri, name, tasks));
			case "hold" -> hold(communicator(uri, name, tasks), tasks);
			default -> throw new IllegalArgumentException(what);
		}
	}

	/** Serves everything, and has nothing to do. */
	private static void idle(KiwiCommunicator kiwi) throws Exception {
		List<Subscription> subscriptions = new ArrayList<>();
		subscriptions.add(kiwi.addTaskSubscriber(QUEUE, Payload.class, (payload, task) -> null));
		subscriptions.add(kiwi.addRpcSubscriber("service", Payload.class, (payload, call) -> null));
		subscriptions.add(kiwi.addBroadcastSubscriber(BroadcastFilter.any(), Payload.class, (body, broadcast) -> {
		}));
		for (Subscription subscription : subscriptions) {
			subscription.ready().toCompletableFuture().get(Waiting.SECONDS, TimeUnit.SECONDS);
		}
		System.out.println("ready");
	}

	/** Says when each handler begins. */
	private static void wake(KiwiCommunicator kiwi) throws Exception {
		kiwi.addTaskSubscriber(QUEUE, Payload.class, (payload, task) -> {
			System.out.println(System.nanoTime());
			return null;
		}).ready().toCompletableFuture().get(Waiting.SECONDS, TimeUnit.SECONDS);
		System.out.println("ready");
	}

	/**
	 * Says how much heap is used before there are tasks, and with all of them in hand.
	 */
	private static void hold(KiwiCommunicator kiwi, int tasks) throws Exception {
		System.out.println(used());
		CountDownLatch held = new CountDownLatch(tasks);
		kiwi.addTaskSubscriber(QUEUE, Payload.class, (payload, task) -> {
			held.countDown();
			return new CompletableFuture<>();
		});
		Waiting.on(held, "Tasks to hold");
		System.out.println(used());
	}

	private static long used() throws InterruptedException {
		Runtime runtime = Runtime.getRuntime();
		long used = Long.MAX_VALUE;
		for (int collection = 0; collection < 5; collection++) {
			System.gc();
			used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
		}
		return used;
	}

	private static KiwiCommunicator communicator(String uri, String name, int tasks) {
		EngineSettings settings = EngineSettings.defaults();
		return KiwiCommunicatorBuilder.with(transport(uri, name))
			.settings(settings.withTasks(settings.tasks().withConcurrency(tasks)))
			.build();
	}

	private static Transport transport(String uri, String name) {
		if (uri.startsWith("jdbc:")) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(uri);
			return new JdbcTransport(pool, JdbcSettings.DEFAULTS.withTablePrefix(name));
		}
		return new AmqpTransport(new CachingConnectionFactory(java.net.URI.create(uri)),
				AmqpSettings.DEFAULTS.withNamespace(name));
	}

}

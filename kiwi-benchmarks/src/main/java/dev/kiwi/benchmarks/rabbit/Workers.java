package dev.kiwi.benchmarks.rabbit;

import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandler;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.harness.UnavailableException;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Pipelined;
import dev.kiwi.benchmarks.load.Work;
import dev.kiwi.engine.EngineSettings;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.adapter.MessageListenerAdapter;

/**
 * Those who work a queue off.
 */
final class Workers {

	private static final int SLEEPERS = 10_000;

	private static final int SLEEP_MILLIS = 100;

	private static final int SPRING_CONSUMERS = 200;

	private static final int SPRING_PREFETCH = 5;

	private static final BasicProperties PLAIN = new BasicProperties.Builder().deliveryMode(2).build();

	private static final BasicProperties SPRING = PLAIN.builder()
		.contentType("application/json")
		.headers(Map.of("__TypeId__", Payload.class.getName()))
		.build();

	private Workers() {
	}

	/** A handler that only gets its payload. */
	static Batch kiwi(Rabbit rabbit) {
		String namespace = Rabbit.name();
		KiwiCommunicator kiwi = rabbit.kiwi(namespace, QueueType.QUORUM);
		return kiwi(kiwi, rabbit.kiwi(namespace, QueueType.QUORUM), () -> {
		});
	}

	/** A handler that sleeps, on virtual threads. */
	static Batch kiwiSleepers(Rabbit rabbit) throws Exception {
		ExecutorService virtual = virtualThreads();
		String namespace = Rabbit.name();
		EngineSettings settings = EngineSettings.defaults();
		KiwiCommunicator worker = rabbit.kiwi(namespace, QueueType.QUORUM, (builder) -> builder.executor(virtual)
			.settings(settings.withTasks(settings.tasks().withConcurrency(SLEEPERS))));
		return kiwi(rabbit.kiwi(namespace, QueueType.QUORUM), worker, Workers::sleep);
	}

	private static Batch kiwi(KiwiCommunicator sender, KiwiCommunicator worker, Runnable work) {
		return new Work(new Pipelined(() -> sender.sendTask("work", Payload.OBJECT).accepted())::run, (handled) -> {
			TaskHandler<Payload> handler = (payload, task) -> {
				work.run();
				handled.run();
				return null;
			};
			Subscription subscription = worker.addTaskSubscriber("work", Payload.class, handler);
			return () -> {
				subscription.close();
				subscription.ended().toCompletableFuture().get();
			};
		}, sender, worker);
	}

	/** A pool, Jackson, and coalesced acknowledgements. */
	static Batch raw(Rabbit rabbit) throws Exception {
		return raw(rabbit, Executors.newFixedThreadPool(Rabbit.HANDLERS), Rabbit.PREFETCH, () -> {
		});
	}

	/** The same on virtual threads, with a handler that sleeps. */
	static Batch rawSleepers(Rabbit rabbit) throws Exception {
		return raw(rabbit, virtualThreads(), SLEEPERS, Workers::sleep);
	}

	private static Batch raw(Rabbit rabbit, ExecutorService executor, int prefetch, Runnable work) throws Exception {
		ObjectReader reader = JsonMapper.shared().readerFor(Payload.class);
		return queue(rabbit, PLAIN, (connection, queue, handled) -> new RawWorker(connection, queue, prefetch, executor,
				(properties, body, done) -> {
					reader.readValue(body);
					work.run();
					done.run();
					handled.run();
				}), executor::shutdown);
	}

	/** What {@code @RabbitListener} is made of, with its defaults. */
	static Batch spring(Rabbit rabbit) throws Exception {
		return spring(rabbit, UnaryOperator.identity(), () -> {
		});
	}

	/** As many consumers as a container may well have, with a handler that sleeps. */
	static Batch springSleepers(Rabbit rabbit) throws Exception {
		// without the others there is nothing to compare it with
		virtualThreads().shutdown();
		return spring(rabbit, (container) -> {
			container.setConcurrentConsumers(SPRING_CONSUMERS);
			// with its default a few consumers would have all the tasks
			container.setPrefetchCount(SPRING_PREFETCH);
			return container;
		}, Workers::sleep);
	}

	private static Batch spring(Rabbit rabbit, UnaryOperator<SimpleMessageListenerContainer> change, Runnable work)
			throws Exception {
		CachingConnectionFactory factory = rabbit.spring();
		return queue(rabbit, SPRING, (connection, queue, handled) -> {
			Handling handling = new Handling(work, handled);
			SimpleMessageListenerContainer container = change.apply(SpringCalls.container(factory, queue,
					new MessageListenerAdapter(handling, SpringCalls.converter())));
			container.start();
			return container::destroy;
		}, factory::destroy);
	}

	/** Work in a queue of the raw client's. */
	private static Batch queue(Rabbit rabbit, BasicProperties properties, QueueWorker worker, AutoCloseable resource)
			throws Exception {
		Connection connection = rabbit.connect();
		String queue = Rabbit.queue(connection, QueueType.QUORUM);
		RawPublisher publisher = new RawPublisher(connection);
		return new Work(new Pipelined(() -> publisher.publish(queue, properties, Payload.JSON))::run,
				(handled) -> worker.work(connection, queue, handled), resource, connection);
	}

	private static void sleep() {
		try {
			Thread.sleep(SLEEP_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static ExecutorService virtualThreads() throws Exception {
		try {
			return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
		}
		catch (NoSuchMethodException | InvocationTargetException ex) {
			throw new UnavailableException("needs virtual threads: run it on JDK 25");
		}
	}

	/**
	 * Begins to work on a queue.
	 */
	@FunctionalInterface
	private interface QueueWorker {

		AutoCloseable work(Connection connection, String queue, Runnable handled) throws Exception;

	}

	/**
	 * A listener's bean.
	 *
	 * @param work what it does
	 * @param handled told then
	 */
	public record Handling(Runnable work, Runnable handled) {

		/** Found by its name. */
		public void handleMessage(Payload payload) {
			this.work.run();
			this.handled.run();
		}

	}

}

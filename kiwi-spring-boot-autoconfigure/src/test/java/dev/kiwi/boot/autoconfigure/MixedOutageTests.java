package dev.kiwi.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandle;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.jdbc.JdbcSettings;
import dev.kiwi.jdbc.JdbcTransport;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.database.Databases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tasks in PostgreSQL, words by RabbitMQ, which is killed in the middle: processes that
 * share nothing but these two.
 */
@Timeout(180)
class MixedOutageTests {

	/** A look every 10 s for whoever works, and another for whoever sent. */
	private static final Duration TWO_LOOKS = Duration.ofSeconds(22);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String namespace = "m" + UUID.randomUUID().toString().substring(0, 8);

	private final List<AutoCloseable> open = new ArrayList<>();

	private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

	@AfterEach
	void close() throws Exception {
		Collections.reverse(this.open);
		for (AutoCloseable closed : this.open) {
			closed.close();
		}
	}

	@Test
	void tasksGoOnWithoutTheBrokerAndAllHealsWithIt() throws Exception {
		Broker broker = Brokers.dedicated();
		this.open.add(broker);
		KiwiCommunicator worker = process(broker);
		CyclicBarrier held = new CyclicBarrier(2);
		CountDownLatch heard = new CountDownLatch(1);
		work(worker, "work");
		ready(worker.addTaskSubscriber("held", String.class, (text, task) -> {
			ran(task.id());
			held.await();
			held.await();
			return text + " held";
		}));
		ready(worker.addRpcSubscriber(RpcEndpoint.of("ask"), String.class, (text, call) -> text + " answered"));
		ready(worker.addBroadcastSubscriber(BroadcastFilter.any(), String.class,
				(text, broadcast) -> heard.countDown()));
		// looks after the worker does, which spares the test a round of 10 s
		KiwiCommunicator sender = process(broker);
		List<TaskHandle<String>> handles = new ArrayList<>();
		handles.add(sender.sendTask("held", "x", String.class));
		held.await(30, TimeUnit.SECONDS);

		broker.kill();
		held.await();
		for (int number = 0; number < 20; number++) {
			handles.add(sender.sendTask("work", "x", String.class));
		}
		assertThat(
				CompletableFuture.allOf(handles.stream().map(TaskHandle::accepted).toArray(CompletableFuture[]::new)))
			.as("rows need no broker")
			.succeedsWithin(Duration.ofSeconds(5));
		KiwiCommunicator late = process(broker);
		work(late, "late");
		handles.add(late.sendTask("work", "x", String.class));
		assertThat(sender.callRpc(RpcCall.of("ask", "x").withTimeout(Duration.ofSeconds(1)), String.class))
			.failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(KiwiException.class)
			.withMessageContaining("ask");
		assertThat(handles).allSatisfy((handle) -> assertThat(handle.result()).succeedsWithin(TWO_LOOKS));

		broker.start();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(List.of(sender, worker, late))
				.allMatch((process) -> process.transportInfo().connected()));
		await().atMost(PATIENCE).until(() -> answered(sender));
		sender.sendBroadcast("subject", "x").get(30, TimeUnit.SECONDS);
		assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
		for (String queue : List.of("work", "late")) {
			handles.add(sender.sendTask(queue, "x", String.class));
			assertThat(handles.get(handles.size() - 1).result()).succeedsWithin(PATIENCE);
			long begin = System.nanoTime();
			for (int times = 0; times < 3; times++) {
				handles.add(sender.sendTask(queue, "x", String.class));
				assertThat(handles.get(handles.size() - 1).result()).succeedsWithin(PATIENCE);
			}
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("the bell is back for " + queue)
				.isLessThan(Duration.ofSeconds(9));
		}
		assertThat(handles).extracting((handle) -> handle.result().join()).allMatch((text) -> text.startsWith("x "));
		assertThat(this.runs).hasSameSizeAs(handles).allSatisfy((id, times) -> assertThat(times).hasValue(1));
	}

	private static boolean answered(KiwiCommunicator caller) {
		return caller.callRpc("ask", "x", String.class)
			.handle((answer, failure) -> "x answered".equals(answer))
			.orTimeout(30, TimeUnit.SECONDS)
			.join();
	}

	private void work(KiwiCommunicator process, String queue) throws Exception {
		ready(process.addTaskSubscriber(queue, String.class, (text, task) -> {
			ran(task.id());
			return text + " done";
		}));
	}

	private void ran(String id) {
		this.runs.computeIfAbsent(id, (first) -> new AtomicInteger()).incrementAndGet();
	}

	private static void ready(Subscription subscription) throws Exception {
		subscription.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private KiwiCommunicator process(Broker broker) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(Databases.postgreSql());
		JdbcSchema.create(pool, JdbcSettings.DEFAULTS.tablePrefix());
		KiwiCommunicator process = KiwiCommunicatorBuilder
			.with(new AmqpTransport(new CachingConnectionFactory(broker.uri()),
					AmqpSettings.DEFAULTS.withNamespace(this.namespace)))
			.tasks(new JdbcTransport(pool, JdbcSettings.DEFAULTS.withNamespace(this.namespace)))
			.settings(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2)))
			.build();
		this.open.add(pool);
		this.open.add(process);
		return process;
	}

}

package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.engine.AdminSettings;
import dev.kiwi.engine.EngineEvent;
import dev.kiwi.engine.EngineObserver;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.engine.MessageKind;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The stream that events of tasks are kept in.
 */
@Timeout(120)
class TaskEventsStreamTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final AmqpSettings settings = TestTransport.settings();

	private final Names names = new Names(this.settings.namespace());

	private final CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());

	private final AtomicInteger unwritten = new AtomicInteger();

	@AfterEach
	void delete() throws Exception {
		Leftovers.delete(this.factory, this.settings.namespace(), this.names.task("work"));
		this.factory.destroy();
	}

	@Test
	void forgetsWhatIsTooOldOrTakesTooMuchRoom() throws Exception {
		AmqpEventSettings few = new AmqpEventSettings(Duration.ofSeconds(5), 64 << 10);
		String first;
		try (KiwiCommunicator worker = connect(few)) {
			worker.addTaskSubscriber("work", String.class, (text, task) -> text);
			TaskHandle<String> handle = worker.sendTask("work", "x", String.class);
			first = handle.id();
			seen(worker, first, TaskState.SUCCEEDED);
			for (int number = 0; number < 200; number++) {
				worker.sendTask("work", "x");
			}
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(firstOffset()).isGreaterThan(50));
		}
		try (KiwiCommunicator operator = connect(few)) {
			seen(operator, first, TaskState.UNKNOWN);
			assertThat(operator.admin().tasks(TaskQuery.all().inState(TaskState.SUCCEEDED)).tasks())
				.hasSizeLessThan(201);
		}
	}

	@Test
	void runsTasksAndSaysSoWhereItCannotBeWritten() throws Exception {
		declare();
		try (KiwiCommunicator kiwi = connect(AmqpEventSettings.DEFAULTS)) {
			kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
			TaskHandle<String> handle = kiwi.sendTask("work", "x", String.class);
			assertThat(handle.result().get(30, TimeUnit.SECONDS)).isEqualTo("x");
			await().atMost(PATIENCE).until(() -> this.unwritten.get() > 0);
			assertThat(kiwi.admin().tasks(TaskQuery.all()).notes()).anyMatch((note) -> note.contains("could not write"))
				.anyMatch((note) -> note.contains("could not be read"));
			try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
				channel.queueDelete(this.names.taskEvents());
			}
			await().atMost(PATIENCE).untilAsserted(() -> {
				kiwi.sendTask("work", "x");
				assertThat(kiwi.admin().tasks(TaskQuery.all()).notes()).hasSize(1)
					.allMatch((note) -> note.contains("events of worker " + kiwi.admin().self().instance())
							&& note.contains("were not written between"));
			});
			TaskHandle<String> seen = kiwi.sendTask("work", "y", String.class);
			seen(kiwi, seen.id(), TaskState.SUCCEEDED);
		}
	}

	private KiwiCommunicator connect(AmqpEventSettings events) {
		return KiwiCommunicatorBuilder.with(new AmqpTransport(this.factory, this.settings.withTaskEvents(events)))
			.administration(AdminSettings.defaults().withAnswerTimeout(Duration.ofMillis(300)))
			.observer(new EngineObserver() {

				@Override
				public void happened(EngineEvent event, MessageKind kind, String destination) {
					if (event == EngineEvent.EVENT_UNWRITTEN && destination.equals("work")) {
						TaskEventsStreamTests.this.unwritten.incrementAndGet();
					}
				}

			})
			.build();
	}

	/** Not a stream. */
	private void declare() throws Exception {
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.queueDeclare(this.names.taskEvents(), true, false, false, null);
		}
	}

	private static void seen(KiwiCommunicator kiwi, String id, TaskState state) {
		await().atMost(PATIENCE).until(() -> kiwi.admin().task(id).orElseThrow().state() == state);
	}

	private long firstOffset() throws Exception {
		BlockingQueue<Long> offsets = new ArrayBlockingQueue<>(1);
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.basicQos(1);
			channel.basicConsume(this.names.taskEvents(), false, Map.of(StreamLog.OFFSET, "first"),
					new DefaultConsumer(channel) {

						@Override
						public void handleDelivery(String tag, Envelope envelope, BasicProperties properties,
								byte[] body) {
							offsets.offer((Long) properties.getHeaders().get(StreamLog.OFFSET));
						}

					});
			return offsets.take();
		}
	}

}

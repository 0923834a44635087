package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class PublisherTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final AmqpSettings settings = TestTransport.settings().withSendTimeout(TIMEOUT);

	private final String queue = this.settings.namespace() + ".full";

	private final CachingConnectionFactory factory = TestTransport.factory(Brokers.shared().host(),
			Brokers.shared().port());

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

	private final Openers openers = new Openers(this.timer, Openers.PATIENCE);

	private final Publisher publisher = new Publisher(this.settings,
			new Link("publishing", this.factory, this.thread, this.openers, new Link.Events() {

				@Override
				public void lost(Throwable cause) {
				}

				@Override
				public void opened() {
				}

			}), this.timer);

	@BeforeEach
	void declareAQueueThatTakesOneMessageAndRefusesMore() throws Exception {
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.queueDeclare(this.queue, false, false, false,
					Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
		}
	}

	@AfterEach
	void close() throws Exception {
		this.publisher.close().run();
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.queueDelete(this.queue);
		}
		this.openers.close();
		this.thread.shutdownNow();
		this.timer.shutdownNow();
		this.factory.destroy();
	}

	@Test
	void nobodyLooksForTimeOutsOnceAllIsDone() {
		assertThat(publish()).succeedsWithin(PATIENCE);
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.timer.getQueue()).isEmpty());
		assertThat(this.timer.getCompletedTaskCount()).isEqualTo(1);
	}

	@Test
	void whatTheBrokerRefusesIsGivenUpWhenItsTimeIsOver() {
		assertThat(publish()).succeedsWithin(PATIENCE);
		CompletableFuture<Void> refused = publish();
		assertThat(refused).failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(SendTimeoutException.class)
			.withMessageContaining("kiwi.amqp.send-timeout");
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(this.timer.getQueue()).isEmpty());
	}

	@Test
	void whatTheBrokerRefusesIsSentAgain() throws Exception {
		assertThat(publish()).succeedsWithin(PATIENCE);
		CompletableFuture<Void> refused = publish();
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			await().atMost(PATIENCE).until(() -> this.timer.getQueue().size() == 2);
			channel.queuePurge(this.queue);
		}
		refused.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Test
	void whatTheBrokerRefusesIsAbandonedAtTheEnd() {
		assertThat(publish()).succeedsWithin(PATIENCE);
		CompletableFuture<Void> refused = publish();
		await().atMost(PATIENCE).until(() -> this.timer.getQueue().size() == 2);
		this.timer.shutdownNow();
		this.publisher.close().run();
		assertThat(refused).failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(CommunicatorClosedException.class);
	}

	private CompletableFuture<Void> publish() {
		return this.publisher.publish(Publication.TASK, "", this.queue,
				new WireMessage(new BasicProperties.Builder().messageId("1").build(), new byte[10]));
	}

}

package dev.kiwi.amqp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A message of somebody else's, with as many headers as RabbitMQ carries, to which no
 * reason can be added any more.
 */
@Timeout(60)
class LargeHeadersTests {

	private final AmqpSettings settings = TestTransport.settings();

	private final String queue = new Names(this.settings.namespace()).task("work");

	private final CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());

	@AfterEach
	void clear() throws Exception {
		Leftovers.delete(this.factory, this.settings.namespace(), this.queue);
		this.factory.destroy();
	}

	@Test
	void isKeptWithoutThemAndStopsNobody() throws Exception {
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new AmqpTransport(this.factory, this.settings))
			.settings(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2)))
			.build()) {
			kiwi.addTaskSubscriber("work", String.class, (text, task) -> {
				assertThat(text).isEqualTo("good");
				return text;
			}).ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
			for (int number = 0; number < 3; number++) {
				publish("t" + number, "\"bad\"");
			}
			await().atMost(Duration.ofSeconds(20)).until(() -> kiwi.deadLetters().list().size() == 3);
			assertThat(kiwi.deadLetters().list()).extracting(DeadLetter::reason)
				.allSatisfy((reason) -> assertThat(reason).contains("[large]"));
			assertThat(kiwi.sendTask("work", "good", String.class).result().get(20, TimeUnit.SECONDS))
				.isEqualTo("good");
		}
	}

	private void publish(String id, String json) throws Exception {
		try (Channel channel = this.factory.createConnection().getDelegate().createChannel()) {
			channel.basicPublish("", this.queue,
					new BasicProperties.Builder().messageId(id)
						.contentType("application/json")
						.headers(Map.of("large", "x".repeat(125_000)))
						.build(),
					json.getBytes(StandardCharsets.UTF_8));
		}
	}

}

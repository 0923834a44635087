package dev.kiwi.docs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.boot.autoconfigure.KiwiAutoConfiguration;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The Java half of the page on interoperability, with the messages of the Python half.
 */
@ExtendWith(OutputCaptureExtension.class)
class InteropSnippetTests {

	private final Broker broker = Brokers.shared();

	private final String prefix = "p" + UUID.randomUUID().toString().substring(0, 8);

	private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(KiwiAutoConfiguration.class, RabbitAutoConfiguration.class,
				JacksonAutoConfiguration.class))
		.withBean(InteropSnippets.Laboratory.class, InteropSnippets::laboratory)
		.withPropertyValues("spring.rabbitmq.host=" + this.broker.host(), "spring.rabbitmq.port=" + this.broker.port(),
				"kiwi.namespace=" + this.prefix, "kiwi.amqp.interop=kiwipy",
				"kiwi.amqp.kiwipy.task-exchange=" + this.prefix + ".tasks",
				"kiwi.amqp.kiwipy.message-exchange=" + this.prefix + ".messages",
				"kiwi.amqp.kiwipy.task-queue=" + this.prefix + ".queue");

	@Test
	void theJavaHalfRuns(CapturedOutput output) {
		this.runner.run((context) -> {
			KiwiCommunicator kiwi = context.getBean(KiwiCommunicator.class);
			try (Connection connection = connect(); Channel channel = connection.createChannel()) {
				String replies = channel.queueDeclare().getQueue();
				channel.basicConsume(replies, true,
						(tag, message) -> this.heard.add(new String(message.getBody(), StandardCharsets.UTF_8)),
						(tag) -> {
						});
				BasicProperties ours = new BasicProperties.Builder().correlationId("1").replyTo(replies).build();
				channel.basicPublish(this.prefix + ".tasks", this.prefix + ".queue", ours,
						bytes("!!python/tuple\n- atoms: 3\n  formula: H2O\n- false\n"));
				assertThat(hear()).endsWith("result:\n  unit: eV\n  value: -4.5\n");
				channel.basicPublish(this.prefix + ".messages", "[rpc].laboratory", ours, bytes("intent: play\n"));
				assertThat(hear()).isEqualTo("result: 'play: done'\n");
				channel.queueBind(replies, this.prefix + ".messages", "[broadcast]");
				serve(channel);
				assertThat(InteropSnippets.client(kiwi)).isEqualTo(Map.of("got", Map.of("intent", "pause")));
				assertThat(hear()).startsWith("body: null\ncorrelation_id: null\nsender: process.8\n");
				await().untilAsserted(() -> assertThat(output).contains("process.8 is finished"));
			}
		});
	}

	@Test
	void thePythonHalfIsOnThePage() throws Exception {
		Path docs = Path.of("..", "docs");
		assertThat(Files.readString(docs.resolve("interop.md"))).contains(Files.readString(docs.resolve("interop.py")));
	}

	private void serve(Channel channel) throws Exception {
		String queue = channel.queueDeclare().getQueue();
		channel.queueBind(queue, this.prefix + ".messages", "[rpc].process.7");
		channel.basicConsume(queue, true, (tag, message) -> {
			BasicProperties reply = new BasicProperties.Builder()
				.correlationId(message.getProperties().getCorrelationId())
				.build();
			channel.basicPublish(this.prefix + ".messages", message.getProperties().getReplyTo(), reply,
					bytes("result:\n  got:\n    " + new String(message.getBody(), StandardCharsets.UTF_8)));
		}, (tag) -> {
		});
	}

	private String hear() throws InterruptedException {
		String message = this.heard.poll(20, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		return message;
	}

	private Connection connect() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUri(this.broker.uri());
		return factory.newConnection();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}

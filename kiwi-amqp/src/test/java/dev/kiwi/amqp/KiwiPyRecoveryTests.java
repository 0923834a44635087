package dev.kiwi.amqp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.kiwipy.YamlPayloadCodec;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * KiwiPy's exchanges do not outlive the broker.
 */
@Timeout(180)
class KiwiPyRecoveryTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Test
	void afterARestartOfTheBrokerExchangesAndSubscriptionsAreBack() throws Exception {
		List<String> heard = new CopyOnWriteArrayList<>();
		try (Broker broker = Brokers.dedicated();
				KiwiCommunicator server = connect(broker);
				KiwiCommunicator client = connect(broker)) {
			get(server.addTaskSubscriber("echo", String.class, (text, task) -> text).ready().toCompletableFuture());
			get(server.addRpcSubscriber("echo", String.class, (text, call) -> text).ready().toCompletableFuture());
			get(server
				.addBroadcastSubscriber(BroadcastFilter.subject("news.*"), String.class,
						(text, broadcast) -> heard.add(text))
				.ready()
				.toCompletableFuture());
			assertThat(get(client.sendTask("echo", "before", String.class).result())).isEqualTo("before");
			assertThat(get(client.callRpc("echo", "before", String.class))).isEqualTo("before");
			get(client.sendBroadcast("news.today", "before"));
			broker.kill();
			broker.start();
			assertThat(get(client.sendTask("echo", "after", String.class).result())).isEqualTo("after");
			await().atMost(PATIENCE)
				.ignoreExceptions()
				.until(() -> "after".equals(get(client.callRpc("echo", "after", String.class))));
			await().atMost(PATIENCE).ignoreExceptions().until(() -> {
				client.sendBroadcast("news.today", "after");
				return heard.contains("after");
			});
			if (broker.version().startsWith("3.")) {
				assertThat(broker.ctl("list_exchanges", "name", "durable")).contains("kiwipy.messages\tfalse");
			}
			try (KiwiPyPeer python = new KiwiPyPeer(broker.uri().toString(), "kiwipy")) {
				python.tell("rpc", "call", "from Python", Map.of("identifier", "echo"));
				assertThat(python.reply("call")).isEqualTo("result: from Python\n");
			}
		}
	}

	private static KiwiCommunicator connect(Broker broker) {
		AmqpSettings amqp = AmqpSettings.DEFAULTS.withKiwiPy(KiwiPySettings.DEFAULTS);
		return KiwiCommunicatorBuilder.with(new AmqpTransport(new CachingConnectionFactory(broker.uri()), amqp))
			.settings(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2)))
			.codec(new YamlPayloadCodec())
			.build();
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(60, TimeUnit.SECONDS);
	}

}

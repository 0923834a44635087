package dev.kiwi.amqp;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Broadcast;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import dev.kiwi.amqp.kiwipy.Python;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What docs/protocol.md says is enough for a client in another language.
 */
@Timeout(60)
class OwnFormatTests {

	@Test
	void aClientInPythonSpeaksTheDocumentedFormatInEachRole() throws Exception {
		String namespace = "o" + UUID.randomUUID().toString().substring(0, 8);
		CachingConnectionFactory factory = new CachingConnectionFactory(Brokers.shared().uri());
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		try (KiwiCommunicator java = KiwiCommunicatorBuilder
			.with(new AmqpTransport(factory, AmqpSettings.DEFAULTS.withNamespace(namespace)))
			.settings(EngineSettings.defaults().withShutdownTimeout(Duration.ofSeconds(2)))
			.build()) {
			ready(java.addTaskSubscriber("java", Point.class, (point, task) -> point.x() + point.y()));
			ready(java.addTaskSubscriber("python", String.class, (text, task) -> text)).close();
			ready(java.addRpcSubscriber("java", String.class, (text, call) -> text + "!"));
			ready(java.addBroadcastSubscriber(BroadcastFilter.subject("news.*").sender("me"), String.class,
					(text, broadcast) -> heard.add(text)));
			try (Python python = Python.start("own_peer.py", Brokers.shared().uri().toString(), namespace)) {
				assertThat(python.hear()).isEqualTo("[\"task\", [\"result\", 3]]");
				assertThat(python.hear()).startsWith("[\"failed\", [\"exception\", \"The payload of Task");
				assertThat(python.hear()).isEqualTo("[\"call\", [\"result\", \"hello!\"]]");
				assertThat(python.hear()).isEqualTo("[\"ready\", null]");
				assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("said");
				assertThat(get(java.sendTask("python", "t", Map.class).result())).isEqualTo(Map.of("python", "t"));
				assertThat(get(java.callRpc("python", "c", Map.class))).isEqualTo(Map.of("python", "c"));
				get(java.sendBroadcast(Broadcast.of("news.java", 7).from("java")));
				assertThat(python.hear()).isEqualTo("[\"heard\", [\"news.java\", \"java\", 7]]");
			}
		}
		finally {
			Names names = new Names(namespace);
			Leftovers.delete(factory, namespace, names.task("java"), names.task("python"));
			factory.destroy();
		}
	}

	private static Subscription ready(Subscription subscription) throws Exception {
		get(subscription.ready().toCompletableFuture());
		return subscription;
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(20, TimeUnit.SECONDS);
	}

	record Point(int x, int y) {
	}

}

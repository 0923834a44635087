package dev.kiwi.amqp.faults;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.amqp.AmqpQueueSettings;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tasks that run longer than the broker lets them.
 */
@Timeout(180)
class MaxRunTimeTests {

	private static final Duration MAX_RUN_TIME = Duration.ofSeconds(5);

	private final Broker broker = Brokers.shared();

	@Test
	void theHandlerIsToldThatTheTaskIsNoLongerItsOwnAndConsumingGoesOn() throws Exception {
		assumeThat(this.broker.version()).as("the broker takes the time-out from a consumer, from 4.3")
			.matches("(4\\.([3-9]|\\d\\d)|[5-9]).*");
		AmqpSettings settings = AmqpSettings.DEFAULTS.withNamespace(Communicators.namespace())
			.withTasks(new AmqpQueueSettings(MAX_RUN_TIME, 0), Map.of());
		try (KiwiCommunicator kiwi = Communicators.connect(new CachingConnectionFactory(this.broker.uri()), settings,
				UnaryOperator.identity())) {
			CompletableFuture<Void> lost = new CompletableFuture<>();
			CompletableFuture<Void> interrupted = new CompletableFuture<>();
			long begin = System.nanoTime();
			kiwi.addTaskSubscriber("long", String.class, (text, task) -> {
				if (task.isRedelivered()) {
					return text;
				}
				task.onOwnershipLost(() -> lost.complete(null));
				try {
					new Semaphore(0).acquire();
				}
				catch (InterruptedException ex) {
					interrupted.complete(null);
					throw ex;
				}
				return null;
			});
			TaskHandle<String> handle = kiwi.sendTask("long", "x", String.class);
			lost.get(90, TimeUnit.SECONDS);
			interrupted.get(30, TimeUnit.SECONDS);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(MAX_RUN_TIME);
			assertThat(handle.result().get(60, TimeUnit.SECONDS)).isEqualTo("x");
		}
	}

}

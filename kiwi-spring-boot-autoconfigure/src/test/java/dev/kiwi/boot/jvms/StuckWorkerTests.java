package dev.kiwi.boot.jvms;

import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.amqp.AmqpSettings;
import dev.kiwi.amqp.AmqpTransport;
import dev.kiwi.annotation.KiwiTask;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker that hangs where no interrupt reaches it, and that is told to end then.
 */
@Timeout(180)
class StuckWorkerTests {

	private final Broker broker = Brokers.shared();

	private final String namespace = "j" + UUID.randomUUID().toString().substring(0, 8);

	@Test
	void itEndsAndItsTaskIsDoneByAnother() throws Exception {
		try (ApplicationJvm stuck = ApplicationJvm.start(Hanging.class, this.broker, this.namespace,
				"--spring.main.web-application-type=none", "--kiwi.watchdog.stuck-after=500ms",
				"--kiwi.watchdog.broken-after=500ms", "--kiwi.watchdog.exit=true", "--kiwi.shutdown-timeout=1s");
				KiwiCommunicator other = KiwiCommunicatorBuilder
					.with(new AmqpTransport(new CachingConnectionFactory(this.broker.uri()),
							AmqpSettings.DEFAULTS.withNamespace(this.namespace)))
					.build()) {
			stuck.started();
			TaskHandle<String> handle = other.sendTask("hang", "x", String.class);
			assertThat(stuck.status()).isEqualTo(1);
			assertThat(stuck.lines((line) -> line.contains("seems stuck") ? line : null)).isNotEmpty();
			assertThat(stuck.lines((line) -> line.contains("Hanging.hang") ? line : null)).as("its stack").isNotEmpty();
			assertThat(stuck.lines((line) -> line.contains("kiwi.watchdog.exit") ? line : null)).hasSize(1);
			CountDownLatch redelivered = new CountDownLatch(1);
			other.addTaskSubscriber("hang", String.class, (text, task) -> {
				if (task.isRedelivered()) {
					redelivered.countDown();
				}
				return text;
			});
			assertThat(handle.result()).succeedsWithin(60, TimeUnit.SECONDS).isEqualTo("x");
			assertThat(redelivered.getCount()).isZero();
		}
	}

	@EnableAutoConfiguration
	static class Hanging {

		@KiwiTask("hang")
		void hang(String text) {
			new Semaphore(0).acquireUninterruptibly();
		}

	}

}

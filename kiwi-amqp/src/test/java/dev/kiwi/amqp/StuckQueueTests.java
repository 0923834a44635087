package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A quorum queue whose leader answers nobody, as one that has none.
 */
@Timeout(120)
class StuckQueueTests {

	private final Broker broker = Brokers.shared();

	private final AmqpSettings settings = TestTransport.settings();

	private final String stuck = new Names(this.settings.namespace()).task("stuck");

	private boolean isStuck;

	@BeforeEach
	void stick() throws Exception {
		try (TestTransport transport = new TestTransport(this.broker, this.settings)) {
			TestTransport.get(transport.send("stuck", "1"));
			TestTransport.get(transport.send("fine", "2"));
		}
		leader("suspend");
	}

	@AfterEach
	void end() throws Exception {
		if (this.isStuck) {
			leader("resume");
		}
		try (TestTransport transport = new TestTransport(this.broker, this.settings)) {
			Leftovers.delete(transport.factory, this.settings.namespace(), this.stuck,
					new Names(this.settings.namespace()).task("fine"));
		}
	}

	@Test
	void isWaitedForByItsOwnConsumerOnly() throws Exception {
		try (TestTransport transport = new TestTransport(this.broker, this.settings)) {
			Queue<String> received = new ConcurrentLinkedQueue<>();
			CompletableFuture<Void> waiting = consume(transport, "stuck", received).ready();
			TestTransport.get(consume(transport, "fine", received).ready());
			await().until(() -> received.contains("2"));
			TestTransport.get(transport.send("other", "3"));
			assertThat(waiting).isNotDone();
			leader("resume");
			TestTransport.get(waiting);
			await().atMost(Duration.ofSeconds(30)).until(() -> received.contains("1"));
			assertThat(transport.lost).as("connections lost").hasValue(0);
		}
	}

	@Test
	void isGivenUpAfterAWhileAndTheConnectionStays() throws Exception {
		ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
		Openers openers = new Openers(timer, Duration.ofMillis(500));
		try (TestTransport transport = new TestTransport(this.broker, this.settings)) {
			Connection connection = transport.factory.createConnection().getDelegate();
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> openers.use(connection, "the consuming of 'stuck'",
						(channel) -> channel.basicConsume(this.stuck, new DefaultConsumer(channel))))
				.withMessage("the broker did not answer the consuming of 'stuck' within PT0.5S");
			openers.use(connection, "another", (channel) -> channel.queueDeclare());
			leader("resume");
		}
		finally {
			openers.close();
			timer.shutdownNow();
		}
	}

	private static Consumption consume(TestTransport transport, String queue, Queue<String> received) {
		return ((AmqpTasks) transport.tasks()).consume(queue, DeliveryGuarantee.AT_LEAST_ONCE, 1,
				(delivery) -> received.add(delivery.envelope().id()));
	}

	private void leader(String verb) {
		this.isStuck = verb.equals("suspend");
		this.broker.ctl("eval", "sys:" + verb + "('%2F_" + this.stuck + "').");
	}

}

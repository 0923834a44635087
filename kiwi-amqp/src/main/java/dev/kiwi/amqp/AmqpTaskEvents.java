package dev.kiwi.amqp;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.kiwi.ConnectionLostException;
import dev.kiwi.Subscription;
import dev.kiwi.transport.TaskEvents;

/**
 * Events of tasks in a stream, which the broker keeps for as long, and as large, as it is
 * told.
 */
final class AmqpTaskEvents implements TaskEvents {

	private static final BasicProperties PROPERTIES = new BasicProperties.Builder().contentType("application/json")
		.deliveryMode(2)
		.build();

	/** Five times as long as it took on RabbitMQ 3.10. */
	private static final Duration SETTLING = Duration.ofMillis(500);

	private final AmqpSettings settings;

	private final StreamLog stream;

	AmqpTaskEvents(Amqp amqp) {
		this.settings = amqp.settings();
		this.stream = new StreamLog(amqp, amqp.names().taskEvents(), amqp.declarations()::taskEvents, SETTLING);
	}

	@Override
	public Duration timeToLive() {
		return Objects.requireNonNull(this.settings.taskEvents()).timeToLive();
	}

	@Override
	public CompletableFuture<Void> append(byte[] event) {
		return append(event, System.nanoTime() + this.settings.sendTimeout().toNanos());
	}

	/** What may have arrived before the connection broke may as well arrive twice. */
	private CompletableFuture<Void> append(byte[] event, long deadline) {
		return this.stream.append(PROPERTIES, event).exceptionallyCompose((failure) -> {
			Throwable cause = Failures.unwrapped(failure);
			return (cause instanceof ConnectionLostException && System.nanoTime() - deadline < 0)
					? append(event, deadline) : CompletableFuture.failedFuture(cause);
		});
	}

	@Override
	public Subscription follow(Instant since, Consumer<byte[]> listener) {
		return this.stream.follow(Date.from(since), (incoming) -> listener.accept(incoming.body()));
	}

}

package dev.kiwi.benchmarks.rabbit;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.kiwi.benchmarks.load.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * Publishes mandatory with pipelined confirms on one channel: a window, and a ring of
 * futures found by their sequence number.
 */
final class RawPublisher {

	private static final int WINDOW = 1000;

	private static final int RING = 1 << 14;

	private final Channel channel;

	private final Semaphore window = new Semaphore(WINDOW);

	private final @Nullable CompletableFuture<Void>[] ring;

	/** Of the connection's thread. */
	private long confirmed;

	@SuppressWarnings("unchecked")
	RawPublisher(Connection connection) throws IOException {
		this.ring = new CompletableFuture[RING];
		this.channel = connection.createChannel();
		this.channel.confirmSelect();
		this.channel.addConfirmListener(this::confirmed, (sequence, multiple) -> {
			throw new IllegalStateException("Refused: " + sequence);
		});
		this.channel.addReturnListener((returned) -> {
			throw new IllegalStateException("Returned: " + returned.getRoutingKey());
		});
	}

	CompletableFuture<Void> publish(String key, BasicProperties properties, byte[] body) throws Exception {
		if (!this.window.tryAcquire(Waiting.SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("Nothing is confirmed");
		}
		CompletableFuture<Void> future = new CompletableFuture<>();
		synchronized (this.channel) {
			this.ring[index(this.channel.getNextPublishSeqNo())] = future;
			this.channel.basicPublish("", key, true, properties, body);
		}
		return future;
	}

	private void confirmed(long sequence, boolean multiple) {
		long first = multiple ? this.confirmed + 1 : sequence;
		int count = 0;
		for (long number = first; number <= sequence; number++) {
			CompletableFuture<Void> future = this.ring[index(number)];
			if (future != null) {
				this.ring[index(number)] = null;
				future.complete(null);
				count++;
			}
		}
		if (multiple) {
			this.confirmed = sequence;
		}
		this.window.release(count);
	}

	private static int index(long sequence) {
		return (int) (sequence & (RING - 1));
	}

}

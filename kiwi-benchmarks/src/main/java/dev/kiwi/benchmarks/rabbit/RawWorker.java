package dev.kiwi.benchmarks.rabbit;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;

/**
 * Consumes a queue with handlers on an executor and coalesced acknowledgements.
 */
final class RawWorker implements AutoCloseable {

	private static final int TICK_MILLIS = 5;

	private final Channel channel;

	private final RawAcknowledgements acknowledgements;

	private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();

	RawWorker(Connection connection, String queue, int prefetch, Executor executor, Handler handler)
			throws IOException {
		this.channel = connection.createChannel();
		this.channel.basicQos(prefetch);
		this.acknowledgements = new RawAcknowledgements(this.channel, prefetch);
		this.ticker.scheduleWithFixedDelay(this.acknowledgements::flush, TICK_MILLIS, TICK_MILLIS,
				TimeUnit.MILLISECONDS);
		this.channel.basicConsume(queue, false, new DefaultConsumer(this.channel) {

			@Override
			public void handleDelivery(String consumer, Envelope envelope, BasicProperties properties, byte[] body) {
				long tag = envelope.getDeliveryTag();
				executor
					.execute(() -> handler.handle(properties, body, () -> RawWorker.this.acknowledgements.done(tag)));
			}

		});
	}

	@Override
	public void close() throws Exception {
		this.ticker.shutdown();
		this.ticker.awaitTermination(1, TimeUnit.SECONDS);
		// else it came again, and counted for the next round
		this.acknowledgements.flush();
		this.channel.close();
	}

	/**
	 * Handles a message.
	 */
	@FunctionalInterface
	interface Handler {

		void handle(BasicProperties properties, byte[] body, Runnable done);

	}

}

package dev.kiwi.benchmarks.rabbit;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * A named reply queue, and who waits for which reply: the correlation id is a number that
 * leads to the place in a ring.
 */
final class RawReplies {

	private static final int RING = 1 << 12;

	private final String queue;

	private final AtomicReferenceArray<@Nullable CompletableFuture<byte[]>> waiting = new AtomicReferenceArray<>(RING);

	private int count;

	RawReplies(Connection connection, boolean durable) throws IOException {
		this.queue = Rabbit.name();
		Channel channel = connection.createChannel();
		channel.queueDeclare(this.queue, durable, !durable, false, null);
		channel.basicQos(durable ? Rabbit.PREFETCH : 0);
		RawAcknowledgements acknowledgements = new RawAcknowledgements(channel, Rabbit.PREFETCH);
		channel.basicConsume(this.queue, !durable, new DefaultConsumer(channel) {

			@Override
			public void handleDelivery(String consumer, Envelope envelope, BasicProperties properties, byte[] body) {
				replied(properties.getCorrelationId(), body);
				if (durable) {
					acknowledgements.done(envelope.getDeliveryTag());
				}
			}

		});
	}

	/** The properties of a request, whose reply completes the future. */
	synchronized BasicProperties request(CompletableFuture<byte[]> future, int deliveryMode) {
		int place = this.count++ & (RING - 1);
		this.waiting.set(place, future);
		return new BasicProperties.Builder().correlationId(Integer.toString(place))
			.replyTo(this.queue)
			.deliveryMode(deliveryMode)
			.build();
	}

	/** The properties of the reply to a request. */
	static BasicProperties reply(BasicProperties request, int deliveryMode) {
		return new BasicProperties.Builder().correlationId(request.getCorrelationId())
			.deliveryMode(deliveryMode)
			.build();
	}

	private void replied(String correlationId, byte[] body) {
		CompletableFuture<byte[]> future = this.waiting.getAndSet(Integer.parseInt(correlationId), null);
		if (future != null) {
			future.complete(body);
		}
	}

}

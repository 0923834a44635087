package dev.kiwi.benchmarks.rabbit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.load.Batch;
import dev.kiwi.benchmarks.load.Cleared.Step;
import dev.kiwi.benchmarks.load.Payload;
import dev.kiwi.benchmarks.load.Waiting;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Broadcasts to all subscribers of a process; a piece is a delivery to one of them.
 */
final class Broadcasts implements Batch {

	private final int subscribers;

	private final Step publishing;

	private final AutoCloseable[] resources;

	private volatile CountDownLatch heard = new CountDownLatch(0);

	private Broadcasts(int subscribers, Opening opening) throws Exception {
		this.subscribers = subscribers;
		List<AutoCloseable> opened = new ArrayList<>();
		this.publishing = opening.open(() -> this.heard.countDown(), opened);
		this.resources = opened.toArray(AutoCloseable[]::new);
	}

	/** Each subscriber isolated from the others. */
	static Broadcasts kiwi(Rabbit rabbit, int subscribers) throws Exception {
		return new Broadcasts(subscribers, (heard, opened) -> {
			String namespace = Rabbit.name();
			KiwiCommunicator listener = rabbit.kiwi(namespace, QueueType.QUORUM);
			KiwiCommunicator sender = rabbit.kiwi(namespace, QueueType.QUORUM);
			opened.addAll(List.of(sender, listener));
			for (int subscriber = 0; subscriber < subscribers; subscriber++) {
				Rabbit.await(listener.addBroadcastSubscriber(BroadcastFilter.subject("news.*"), Payload.class,
						(body, broadcast) -> heard.run()));
			}
			return () -> sender.sendBroadcast("news.today", Payload.OBJECT);
		});
	}

	/** One queue, and all subscribers one after the other on the consumer's thread. */
	static Broadcasts rawLocal(Rabbit rabbit, int subscribers) throws Exception {
		ObjectReader reader = JsonMapper.shared().readerFor(Payload.class);
		return raw(rabbit, subscribers, 1, (heard) -> (body) -> {
			reader.readValue(body);
			for (int subscriber = 0; subscriber < subscribers; subscriber++) {
				heard.run();
			}
		});
	}

	/** A queue for each subscriber. */
	static Broadcasts rawQueues(Rabbit rabbit, int subscribers) throws Exception {
		ObjectReader reader = JsonMapper.shared().readerFor(Payload.class);
		return raw(rabbit, subscribers, subscribers, (heard) -> (body) -> {
			reader.readValue(body);
			heard.run();
		});
	}

	private static Broadcasts raw(Rabbit rabbit, int subscribers, int queues, Hearing hearing) throws Exception {
		return new Broadcasts(subscribers, (heard, opened) -> {
			Connection consuming = rabbit.connect();
			Connection publishing = rabbit.connect();
			opened.addAll(List.of(publishing, consuming));
			Channel sending = publishing.createChannel();
			String exchange = Rabbit.name();
			sending.exchangeDeclare(exchange, "fanout", false);
			Body body = hearing.on(heard);
			for (int queue = 0; queue < queues; queue++) {
				consume(consuming.createChannel(), exchange, body);
			}
			return () -> sending.basicPublish(exchange, "", MessageProperties.MINIMAL_BASIC, Payload.JSON);
		});
	}

	private static void consume(Channel channel, String exchange, Body listener) throws IOException {
		String queue = channel.queueDeclare().getQueue();
		channel.queueBind(queue, exchange, "");
		channel.basicQos(Rabbit.PREFETCH);
		RawAcknowledgements acknowledgements = new RawAcknowledgements(channel, Rabbit.PREFETCH);
		channel.basicConsume(queue, false, new DefaultConsumer(channel) {

			@Override
			public void handleDelivery(String consumer, Envelope envelope, BasicProperties properties, byte[] body) {
				listener.heard(body);
				acknowledgements.done(envelope.getDeliveryTag());
			}

		});
	}

	@Override
	public void run(int pieces) throws Exception {
		int messages = Math.max(1, pieces / this.subscribers);
		this.heard = new CountDownLatch(messages * this.subscribers);
		for (int message = 0; message < messages; message++) {
			this.publishing.run();
		}
		Waiting.on(this.heard, "Deliveries");
	}

	@Override
	public void close() throws Exception {
		for (AutoCloseable resource : this.resources) {
			resource.close();
		}
	}

	/**
	 * Opens publisher and subscribers.
	 */
	@FunctionalInterface
	private interface Opening {

		Step open(Runnable heard, List<AutoCloseable> opened) throws Exception;

	}

	/**
	 * Makes a listener.
	 */
	@FunctionalInterface
	private interface Hearing {

		Body on(Runnable heard);

	}

	/**
	 * Hears a body.
	 */
	@FunctionalInterface
	private interface Body {

		void heard(byte[] body);

	}

}

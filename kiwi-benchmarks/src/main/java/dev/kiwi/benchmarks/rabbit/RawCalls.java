package dev.kiwi.benchmarks.rabbit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import dev.kiwi.amqp.QueueType;
import dev.kiwi.benchmarks.load.Call;
import dev.kiwi.benchmarks.load.Closing;
import dev.kiwi.benchmarks.load.Payload;

/**
 * Sends, tasks and calls with RabbitMQ's own client, written as well as we can.
 */
final class RawCalls {

	private static final int PERSISTENT = 2;

	private static final int TRANSIENT = 1;

	private static final byte[] ANSWER = Payload.ANSWER.toString().getBytes(StandardCharsets.UTF_8);

	private RawCalls() {
	}

	/** A confirmed, persistent, mandatory send to a durable queue. */
	static SentCall send(Rabbit rabbit, QueueType type) throws Exception {
		Connection connection = rabbit.connect();
		String queue = Rabbit.queue(connection, type);
		RawPublisher publisher = new RawPublisher(connection);
		return new SentCall(connection, queue,
				() -> publisher.publish(queue, MessageProperties.MINIMAL_PERSISTENT_BASIC, Payload.JSON));
	}

	/**
	 * A send that is answered over a named reply queue; the worker acknowledges when its
	 * reply is confirmed.
	 */
	static Call task(Rabbit rabbit, QueueType type) throws Exception {
		return task(rabbit, type, 1);
	}

	/** The same over so many queues in turn. */
	static Call task(Rabbit rabbit, QueueType type, int queues) throws Exception {
		Connection worker = rabbit.connect();
		RawPublisher replying = new RawPublisher(worker);
		ExecutorService pool = Executors.newFixedThreadPool(Rabbit.HANDLERS);
		List<String> names = new ArrayList<>();
		for (int queue = 0; queue < queues; queue++) {
			names.add(Rabbit.queue(worker, type));
			new RawWorker(worker, names.get(queue), Rabbit.PREFETCH, pool, (properties, body, done) -> {
				try {
					replying.publish(properties.getReplyTo(), RawReplies.reply(properties, PERSISTENT), ANSWER)
						.thenRun(done);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
		}
		AtomicInteger turn = new AtomicInteger();
		Connection sender = rabbit.connect();
		RawPublisher sending = new RawPublisher(sender);
		RawReplies replies = new RawReplies(sender, true);
		return new Closing(() -> {
			CompletableFuture<byte[]> answer = new CompletableFuture<>();
			String queue = names.get(Math.floorMod(turn.getAndIncrement(), queues));
			sending.publish(queue, replies.request(answer, PERSISTENT), Payload.JSON);
			return answer;
		}, sender, worker, pool::shutdown);
	}

	/** A call without confirms, answered on the server's own thread. */
	static Call rpc(Rabbit rabbit) throws Exception {
		Connection server = rabbit.connect();
		Channel serving = server.createChannel();
		String queue = Rabbit.name();
		serving.queueDeclare(queue, false, true, false, null);
		serving.basicConsume(queue, true, new DefaultConsumer(serving) {

			@Override
			public void handleDelivery(String consumer, Envelope envelope, BasicProperties properties, byte[] body)
					throws java.io.IOException {
				serving.basicPublish("", properties.getReplyTo(), RawReplies.reply(properties, TRANSIENT), ANSWER);
			}

		});
		Connection caller = rabbit.connect();
		Channel calling = caller.createChannel();
		RawReplies replies = new RawReplies(caller, false);
		return new Closing(() -> {
			CompletableFuture<byte[]> answer = new CompletableFuture<>();
			BasicProperties properties = replies.request(answer, TRANSIENT);
			synchronized (calling) {
				calling.basicPublish("", queue, true, properties, Payload.JSON);
			}
			return answer;
		}, caller, server);
	}

	/**
	 * A send whose queue can be emptied.
	 *
	 * @param connection closed with it
	 * @param queue what it sends to
	 * @param call the send
	 */
	record SentCall(Connection connection, String queue, Call call) implements Call {

		@Override
		public CompletableFuture<?> begin() throws Exception {
			return this.call.begin();
		}

		void purge() throws Exception {
			Rabbit.purge(this.connection, this.queue);
		}

		@Override
		public void close() throws Exception {
			this.call.close();
			this.connection.close();
		}

	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How kiwi's queues and exchanges are declared. A refused declaration costs its channel,
 * so each that may be refused has a channel of its own.
 */
final class Declarations {

	private static final Logger logger = LoggerFactory.getLogger(Declarations.class);

	private static final int ACCESS_REFUSED = 403;

	private static final int RESOURCE_LOCKED = 405;

	private static final int PRECONDITION_FAILED = 406;

	/**
	 * Counted only while nobody consumes: a sender that is away longer gets no result.
	 */
	private static final long REPLIES_KEPT_MILLIS = 24L * 60 * 60 * 1000;

	private static final long RPC_WITHOUT_CALLEE_MILLIS = 60_000;

	private final AmqpSettings settings;

	private final Names names;

	private final Set<String> adopted = ConcurrentHashMap.newKeySet();

	Declarations(AmqpSettings settings, Names names) {
		this.settings = settings;
		this.names = names;
	}

	void taskQueue(Connection connection, String queue) throws IOException, TimeoutException {
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", this.settings.queueType().argument());
		arguments.put("x-dead-letter-exchange", "");
		arguments.put("x-dead-letter-routing-key", this.names.deadLetters());
		if (this.settings.queueType() == QueueType.QUORUM) {
			atLeastOnce(arguments);
		}
		declare(connection, queue, false, arguments);
	}

	void deadLetters(Connection connection) throws IOException, TimeoutException {
		declare(connection, this.names.deadLetters(), false, new HashMap<>(Map.of("x-queue-type", "quorum")));
	}

	/** A queue whose messages return to their task queue after a while. */
	void delayQueue(Connection connection, long millis) throws IOException, TimeoutException {
		String name = this.names.delay(millis);
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", "quorum");
		arguments.put("x-message-ttl", millis);
		arguments.put("x-dead-letter-exchange", "");
		atLeastOnce(arguments);
		declare(connection, name, false, arguments);
		try (Channel channel = connection.createChannel()) {
			// the fanout keeps the routing key, which is the task queue to return to
			channel.exchangeDeclare(name, "fanout", true);
			channel.queueBind(name, name, "");
		}
	}

	void taskReplies(Connection connection, String queue) throws IOException, TimeoutException {
		declare(connection, queue, false, new HashMap<>(Map.of("x-expires", REPLIES_KEPT_MILLIS)));
	}

	void exclusive(Connection connection, String queue) throws IOException, TimeoutException {
		declare(connection, queue, true, new HashMap<>());
	}

	void broadcastExchange(Connection connection) throws IOException, TimeoutException {
		try (Channel channel = connection.createChannel()) {
			channel.exchangeDeclare(this.names.broadcastExchange(), "topic", true);
		}
	}

	/**
	 * Declares the queue of an RPC identifier.
	 * @throws DuplicateSubscriberIdentifierException if somebody else holds it
	 */
	void rpcQueue(Connection connection, String identifier, boolean exclusive) throws IOException, TimeoutException {
		Channel channel = connection.createChannel();
		try {
			channel.queueDeclare(this.names.rpc(identifier), true, exclusive, true,
					Map.of("x-expires", RPC_WITHOUT_CALLEE_MILLIS));
			channel.close();
		}
		catch (IOException ex) {
			int code = code(ex);
			if (code == RESOURCE_LOCKED || code == PRECONDITION_FAILED) {
				throw new DuplicateSubscriberIdentifierException(
						"The RPC identifier '" + identifier + "' is served by somebody else: "
								+ (exclusive ? "it is asked for exclusively here" : "it is held exclusively there")
								+ ". Stop the other, or choose another identifier",
						ex);
			}
			throw ex;
		}
	}

	private void declare(Connection connection, String queue, boolean exclusive, Map<String, Object> arguments)
			throws IOException, TimeoutException {
		if (this.adopted.contains(queue)) {
			return;
		}
		Channel channel = connection.createChannel();
		try {
			channel.queueDeclare(queue, !exclusive, exclusive, exclusive, arguments);
			channel.close();
		}
		catch (IOException ex) {
			if (code(ex) != PRECONDITION_FAILED) {
				throw ex;
			}
			QueueMismatchException mismatch = new QueueMismatchException(queue, text(ex), ex);
			if (!this.settings.adoptExistingQueues()) {
				throw mismatch;
			}
			this.adopted.add(queue);
			logger.warn("The existing queue '{}' is used as it is: '{}' is {} there, kiwi declares {}", queue,
					mismatch.argument(), mismatch.found(), mismatch.expected());
		}
	}

	private static void atLeastOnce(Map<String, Object> arguments) {
		arguments.put("x-dead-letter-strategy", "at-least-once");
		arguments.put("x-overflow", "reject-publish");
	}

	/** Whether a consumer was refused because another one has the queue to itself. */
	static boolean isHeldExclusively(IOException ex) {
		return code(ex) == ACCESS_REFUSED && text(ex).contains("exclusive");
	}

	private static int code(IOException ex) {
		return (close(ex) instanceof com.rabbitmq.client.AMQP.Channel.Close close) ? close.getReplyCode() : 0;
	}

	private static String text(IOException ex) {
		return (close(ex) instanceof com.rabbitmq.client.AMQP.Channel.Close close) ? close.getReplyText()
				: String.valueOf(ex.getMessage());
	}

	private static com.rabbitmq.client.@Nullable Method close(IOException ex) {
		return (ex.getCause() instanceof ShutdownSignalException signal) ? signal.getReason() : null;
	}

}

package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.KiwiException;
import dev.kiwi.TaskOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How kiwi's queues and exchanges are declared. A refused declaration costs its channel,
 * so each that may be refused has a channel of its own.
 */
final class Declarations {

	private static final Logger logger = LoggerFactory.getLogger(Declarations.class);

	static final String CONSUMER_TIMEOUT = "x-consumer-timeout";

	/** Kiwi counts itself, and tells the sender. The broker's default is 20 from 4.0. */
	private static final String DELIVERY_LIMIT = "x-delivery-limit";

	private static final Duration BROKERS_TIMEOUT = Duration.ofMinutes(30);

	private static final Duration FRESH = Duration.ofSeconds(2);

	/** As long as a task can wait, and then the time it is kept as a dead letter. */
	private static final String JOURNAL_KEPT = "400D";

	/** Whole segments are forgotten at once. */
	private static final int JOURNAL_SEGMENT_BYTES = 8 << 20;

	private static final long LOCK_KEPT_MILLIS = 60_000;

	/**
	 * Counted only while nobody consumes: a sender that is away longer gets no result.
	 */
	private static final long REPLIES_KEPT_MILLIS = 24L * 60 * 60 * 1000;

	private static final long RPC_WITHOUT_CALLEE_MILLIS = 60_000;

	private final AmqpSettings settings;

	private final Names names;

	private final Topology topology;

	private final Openers openers;

	private final Set<String> adopted = ConcurrentHashMap.newKeySet();

	private final Set<String> declared = ConcurrentHashMap.newKeySet();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/** By {@link System#nanoTime()}. */
	private volatile long trustedAt = System.nanoTime();

	Declarations(AmqpSettings settings, Names names, Topology topology, Openers openers) {
		this.settings = settings;
		this.names = names;
		this.topology = topology;
		this.openers = openers;
	}

	/**
	 * How long a message is not safe yet though it is confirmed: on RabbitMQ 3 a quorum
	 * queue that was declared a moment before kill -9 comes back empty (seen on 3.10 up
	 * to 0.7 s, and never after 1 s).
	 * @return nanoseconds, zero or less once it is safe
	 */
	long untrustedNanos() {
		return this.trustedAt - System.nanoTime();
	}

	void taskQueue(Connection connection, String queue) throws IOException, TimeoutException {
		Map<String, Object> theirs = this.topology.taskQueueArguments();
		if (theirs == null) {
			ownTaskQueue(connection, queue);
			return;
		}
		declare(connection, queue, false, new HashMap<>(theirs), true);
		exchange(connection, this.topology.taskExchange(), this.topology.isDurable());
		bind(connection, queue, this.topology.taskExchange(), queue);
	}

	private void ownTaskQueue(Connection connection, String queue) throws IOException, TimeoutException {
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", this.settings.queueType().argument());
		if (BrokerVersion.of(connection).hasConsumerTimeoutOfQueue()) {
			arguments.put(CONSUMER_TIMEOUT, this.settings.queue(this.topology.queue(queue)).maxRunTime().toMillis());
		}
		arguments.put("x-dead-letter-exchange", "");
		arguments.put("x-dead-letter-routing-key", this.names.deadLetters());
		if (this.settings.queueType() == QueueType.QUORUM) {
			atLeastOnce(arguments);
			arguments.put(DELIVERY_LIMIT, Integer.MAX_VALUE);
		}
		else {
			arguments.put("x-max-priority", TaskOptions.MAX_PRIORITY);
		}
		declare(connection, queue, false, arguments);
	}

	/**
	 * What a consumer of a task queue says of itself, after warning of what the broker
	 * cannot be told.
	 */
	Map<String, Object> taskConsumer(Connection connection, String queue) {
		AmqpQueueSettings wanted = this.settings.queue(queue);
		BrokerVersion version = BrokerVersion.of(connection);
		int priorities = version.priorities(this.settings.queueType());
		if (wanted.maxPriority() >= priorities && this.warned.add("priority " + queue)) {
			logger.warn(
					"RabbitMQ {} tells {} priorities apart in the {} queue '{}', fewer than max-priority: {} asks "
							+ "for; RabbitMQ 4.3 and kiwi.amqp.queue-type: classic have all of them",
					version, priorities, this.settings.queueType().argument(), queue, wanted.maxPriority());
		}
		boolean isOurs = this.topology.taskQueueArguments() == null;
		if (version.hasConsumerTimeoutOfConsumer()) {
			// a classic queue has none, and refuses it; of what type others' are is not
			// known
			return (isOurs && this.settings.queueType() == QueueType.CLASSIC) ? Map.of()
					: Map.of(CONSUMER_TIMEOUT, wanted.maxRunTime().toMillis());
		}
		boolean isTold = version.hasConsumerTimeoutOfQueue() && isOurs;
		if (!isTold && wanted.maxRunTime().compareTo(BROKERS_TIMEOUT) > 0 && this.warned.add(CONSUMER_TIMEOUT)) {
			logger.warn(
					"RabbitMQ {} gives a task of queue '{}' to another worker after its consumer_timeout, 30 minutes "
							+ "where nothing is set, and max-run-time: {} cannot be told to it: set consumer_timeout = "
							+ "{} in rabbitmq.conf, use RabbitMQ 3.12 or later, or say kiwi.tasks.max-run-time: 30m if "
							+ "no task runs longer",
					version, queue, wanted.maxRunTime(), wanted.maxRunTime().toMillis());
		}
		return Map.of();
	}

	void deadLetters(Connection connection) throws IOException, TimeoutException {
		// looking at a letter must not use up its life
		declare(connection, this.names.deadLetters(), false,
				new HashMap<>(Map.of("x-queue-type", "quorum", DELIVERY_LIMIT, Integer.MAX_VALUE)));
	}

	/** A queue whose messages go on after a while. */
	void delayQueue(Connection connection, String name, long millis, String next) throws IOException, TimeoutException {
		Map<String, Object> arguments = new HashMap<>();
		arguments.put("x-queue-type", "quorum");
		arguments.put("x-message-ttl", millis);
		arguments.put("x-dead-letter-exchange", next);
		atLeastOnce(arguments);
		declare(connection, name, false, arguments);
	}

	boolean hasExchange(Connection connection, String exchange) throws IOException, TimeoutException {
		return isThere(connection, exchange, (channel) -> channel.exchangeDeclarePassive(exchange));
	}

	boolean hasQueue(Connection connection, String queue) throws IOException, TimeoutException {
		return isThere(connection, queue, (channel) -> channel.queueDeclarePassive(queue));
	}

	private boolean isThere(Connection connection, String name, Openers.Use<?> passive)
			throws IOException, TimeoutException {
		try {
			this.openers.use(connection, "the look for '" + name + "'", passive);
			return true;
		}
		catch (IOException ex) {
			if (Refusals.isAbsent(ex)) {
				return false;
			}
			throw ex;
		}
	}

	/** A log that every worker reads from its beginning. */
	void journal(Connection connection) throws IOException, TimeoutException {
		declare(connection, this.names.journal(), false, new HashMap<>(Map.of("x-queue-type", "stream", "x-max-age",
				JOURNAL_KEPT, "x-stream-max-segment-size-bytes", JOURNAL_SEGMENT_BYTES)));
	}

	/**
	 * A log that who asks for tasks reads.
	 * @throws KiwiException if this broker, or this user, can have none
	 */
	void taskEvents(Connection connection) throws IOException, TimeoutException {
		AmqpEventSettings kept = Objects.requireNonNull(this.settings.taskEvents());
		String stream = this.names.taskEvents();
		try {
			declare(connection, stream, false,
					new HashMap<>(Map.of("x-queue-type", "stream", "x-max-age", kept.timeToLive().toSeconds() + "s",
							"x-max-length-bytes", kept.maxBytes(), "x-stream-max-segment-size-bytes",
							kept.segmentBytes())),
					false);
		}
		catch (QueueMismatchException ex) {
			boolean isStream = ex.found() != null && !ex.found().equals("none");
			if (!isStream || "x-queue-type".equals(ex.argument())) {
				throw new KiwiException("The queue '" + stream + "' is no stream that events of tasks can be kept in ('"
						+ ex.argument() + "' is " + ex.found() + " there): delete it, or unset "
						+ "kiwi.admin.task-events.enabled", ex);
			}
			adopt(stream, ex);
		}
		catch (IOException ex) {
			if (Refusals.isAbsent(ex) || Refusals.code(ex) == 0) {
				throw ex;
			}
			throw new KiwiException("RabbitMQ " + BrokerVersion.of(connection) + " does not have the stream '" + stream
					+ "' that events of tasks are kept in: " + Refusals.words(ex)
					+ ". Streams need RabbitMQ 3.9 or later with "
					+ "the feature flag stream_queue, and the permission to configure and read '" + stream
					+ "'; without them, unset kiwi.admin.task-events.enabled", ex);
		}
	}

	void lock(Connection connection, String queue) throws IOException, TimeoutException {
		declare(connection, queue, false, new HashMap<>(Map.of("x-expires", LOCK_KEPT_MILLIS)));
	}

	void taskReplies(Connection connection, String queue) throws IOException, TimeoutException {
		declare(connection, queue, false, new HashMap<>(Map.of("x-expires", REPLIES_KEPT_MILLIS)));
		bind(connection, queue, this.topology.taskExchange(), queue);
	}

	void rpcReplies(Connection connection, String queue) throws IOException, TimeoutException {
		exclusive(connection, queue);
		bind(connection, queue, this.topology.rpcExchange(), queue);
	}

	void exclusive(Connection connection, String queue) throws IOException, TimeoutException {
		declare(connection, queue, true, new HashMap<>());
	}

	void broadcastExchange(Connection connection) throws IOException, TimeoutException {
		exchange(connection, this.topology.broadcastExchange(), this.topology.isDurable());
	}

	/** What does not outlive the broker is to be there before anything is sent to it. */
	void exchanges(Connection connection) throws IOException, TimeoutException {
		if (!this.topology.isDurable()) {
			exchange(connection, this.topology.taskExchange(), false);
			exchange(connection, this.topology.rpcExchange(), false);
		}
	}

	private void exchange(Connection connection, String exchange, boolean durable)
			throws IOException, TimeoutException {
		try {
			this.openers.use(connection, "the declaration of exchange '" + exchange + "'",
					(channel) -> channel.exchangeDeclare(exchange, "topic", durable));
		}
		catch (IOException ex) {
			if (durable
					|| (Refusals.code(ex) != AMQP.PRECONDITION_FAILED && Refusals.code(ex) != AMQP.ACCESS_REFUSED)) {
				throw ex;
			}
			logger.info("The existing exchange '{}' is used as it is: {}", exchange, Refusals.words(ex));
		}
	}

	/** The default exchange reaches every queue by its name. */
	private void bind(Connection connection, String queue, String exchange, String key)
			throws IOException, TimeoutException {
		if (!exchange.equals(Topology.DEFAULT_EXCHANGE)) {
			bindings(connection, queue, (channel) -> channel.queueBind(queue, exchange, key));
		}
	}

	/** Binds something, on a channel for that. */
	void bindings(Connection connection, String name, Openers.Use<?> binding) throws IOException, TimeoutException {
		this.openers.use(connection, "the binding of '" + name + "'", binding);
	}

	/**
	 * Declares the queue of an RPC identifier.
	 * @throws DuplicateSubscriberIdentifierException if somebody else holds it
	 */
	void rpcQueue(Connection connection, String identifier, boolean exclusive) throws IOException, TimeoutException {
		try {
			queue(connection, this.names.rpc(identifier), true, exclusive, true,
					Map.of("x-expires", RPC_WITHOUT_CALLEE_MILLIS));
			bind(connection, this.names.rpc(identifier), this.topology.rpcExchange(), this.topology.rpcKey(identifier));
		}
		catch (IOException ex) {
			int code = Refusals.code(ex);
			if (code == AMQP.RESOURCE_LOCKED || code == AMQP.PRECONDITION_FAILED) {
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
		declare(connection, queue, exclusive, arguments, this.settings.adoptExistingQueues());
	}

	private void declare(Connection connection, String queue, boolean exclusive, Map<String, Object> arguments,
			boolean adopt) throws IOException, TimeoutException {
		if (this.adopted.contains(queue)) {
			return;
		}
		try {
			queue(connection, queue, !exclusive, exclusive, exclusive, arguments);
			if (arguments.containsKey("x-queue-type") && !queue.equals(this.names.taskEvents())
					&& this.declared.add(queue) && !BrokerVersion.of(connection).keepsFreshQueues()) {
				this.trustedAt = System.nanoTime() + FRESH.toNanos();
			}
		}
		catch (IOException ex) {
			if (Refusals.code(ex) != AMQP.PRECONDITION_FAILED) {
				throw ex;
			}
			QueueMismatchException mismatch = new QueueMismatchException(queue, Refusals.words(ex), ex);
			if (!adopt) {
				throw mismatch;
			}
			adopt(queue, mismatch);
		}
	}

	private void adopt(String queue, QueueMismatchException mismatch) {
		this.adopted.add(queue);
		logger.warn("The existing queue '{}' is used as it is: '{}' is {} there, kiwi declares {}", queue,
				mismatch.argument(), mismatch.found(), mismatch.expected());
	}

	private void queue(Connection connection, String queue, boolean durable, boolean exclusive, boolean autoDelete,
			Map<String, Object> arguments) throws IOException, TimeoutException {
		this.openers.use(connection, "the declaration of queue '" + queue + "'",
				(channel) -> channel.queueDeclare(queue, durable, exclusive, autoDelete, arguments));
	}

	private static void atLeastOnce(Map<String, Object> arguments) {
		arguments.put("x-dead-letter-strategy", "at-least-once");
		arguments.put("x-overflow", "reject-publish");
	}

}

package dev.kiwi.amqp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.kiwi.TransportInfo;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * Carries messages over RabbitMQ, as a guest on the user's connection factory: on its
 * connection it consumes, on its publisher connection it publishes, over channels of its
 * own.
 */
public final class AmqpTransport implements Transport {

	private static final Logger logger = LoggerFactory.getLogger(AmqpTransport.class);

	/** How often it is looked for sends that took too long. */
	private static final Duration SWEEP = Duration.ofMillis(200);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final AtomicBoolean lost = new AtomicBoolean();

	private final AtomicBoolean closed = new AtomicBoolean();

	private final ScheduledExecutorService timer = thread("kiwi-amqp-timer");

	private final ScheduledExecutorService consumerThread = thread("kiwi-amqp-consumers");

	private final ScheduledExecutorService publisherThread = thread("kiwi-amqp-publisher");

	private final Openers openers = new Openers(this.timer, Openers.PATIENCE);

	private final Link consuming;

	private final Link publishing;

	private final Amqp amqp;

	/** Whether an alarm keeps the connection that consumes waiting, too. */
	private final BooleanSupplier consumingBlocked;

	private final BooleanSupplier publishingBlocked;

	private final AmqpTasks tasks;

	private final AmqpMessages messages;

	private volatile @Nullable String instance;

	private volatile @Nullable TransportListener listener;

	/**
	 * A transport.
	 * @param factory the user's; not closed with the transport
	 * @param settings how RabbitMQ is used
	 */
	public AmqpTransport(ConnectionFactory factory, AmqpSettings settings) {
		ConnectionFactory publishers = factory.getPublisherConnectionFactory();
		Watch watch = new Watch();
		this.consuming = new Link("consuming", factory, this.consumerThread, this.openers, watch);
		this.publishing = new Link("publishing", (publishers != null) ? publishers : factory, this.publisherThread,
				this.openers, watch);
		Names names = new Names(settings.namespace());
		Topology topology = Topology.of(settings, names);
		Declarations declarations = new Declarations(settings, names, topology, this.openers);
		this.consuming.onOpen(declarations::exchanges);
		this.publishing.onOpen(declarations::exchanges);
		this.amqp = new Amqp(() -> Objects.requireNonNull(this.instance, "start() comes first"), settings, names,
				topology, declarations, this.consuming, new ConfirmPublisher(settings, this.publishing),
				new WordPublisher(settings, this.publishing), this.timer);
		this.consuming.onOpen((connection) -> this.amqp.reopen());
		this.publishingBlocked = this.amqp.publisher()::isBlocked;
		this.consumingBlocked = (publishers != null) ? () -> false : this.publishingBlocked;
		this.tasks = new AmqpTasks(this.amqp, (reply) -> listener().taskReply(reply));
		this.messages = new AmqpMessages(this.amqp, (reply) -> listener().rpcReply(reply));
	}

	@Override
	public TaskTransport tasks() {
		return this.tasks;
	}

	@Override
	public MessageTransport messages() {
		return this.messages;
	}

	@Override
	public void start(String instance, TransportListener listener) {
		this.instance = instance;
		this.listener = listener;
		this.amqp.words()
			.onReturned((returned) -> listener
				.rpcUnroutable(this.amqp.mapping().request(returned.getProperties(), returned.getBody()).id()));
		this.timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
		// what sends only now and then shall be known to be connected, or not, all the
		// same; and both are there by the time of a first subscription
		this.publishing.need();
		this.consuming.need();
	}

	/** With one wake-up for both: this goes on while there is nothing to do. */
	private void sweep() {
		this.amqp.publisher().sweep();
		this.amqp.words().sweep();
	}

	@Override
	public TransportInfo info() {
		boolean connected = !this.closed.get() && !this.lost.get()
				&& (this.consuming.isOpen() || this.publishing.isOpen());
		Map<String, Object> known = this.consuming.serverProperties();
		Map<String, String> properties = new HashMap<>();
		(known.isEmpty() ? this.publishing.serverProperties() : known)
			.forEach((name, value) -> properties.put(name, String.valueOf(value)));
		properties.remove("capabilities");
		return new TransportInfo("amqp", connected, properties);
	}

	@Override
	public List<ServerConnection> connections() {
		List<ServerConnection> open = new ArrayList<>();
		Connection consuming = this.consuming.current();
		if (consuming != null) {
			open.add(new Lifeline(this.consuming, consuming, this.consumingBlocked));
		}
		Connection publishing = this.publishing.current();
		if (publishing != null) {
			open.add(new Lifeline(this.publishing, publishing, this.publishingBlocked));
		}
		return open;
	}

	/**
	 * How much of the window of unconfirmed messages is taken: what was sent and neither
	 * confirmed nor given up yet.
	 * @return the number of messages, never more than
	 * {@link AmqpSettings#windowMessages()}
	 */
	public int unconfirmedMessages() {
		return this.amqp.publisher().unconfirmed();
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.tasks.close();
			// an answer that is on its way goes before its call is given to others
			this.amqp.words().flush();
			this.consuming.close();
			List<Runnable> closings = new ArrayList<>(this.amqp.abandon());
			closings.add(this.openers.release());
			Channel calling = this.amqp.words().close();
			closings.add(() -> Link.closeQuietly(calling));
			Channel publishing = this.amqp.publisher().close();
			closings.add(() -> Link.closeQuietly(publishing));
			this.publishing.close();
			closeAside(closings);
			this.consumerThread.shutdownNow();
			this.publisherThread.shutdownNow();
			this.openers.close();
			this.timer.shutdownNow();
			this.consuming.abandon();
			this.publishing.abandon();
		}
	}

	/**
	 * A broker that stands still answers no close, and must not hold up whoever closes.
	 */
	private static void closeAside(List<Runnable> closings) {
		Thread closer = new Thread(() -> closings.forEach(Runnable::run), "kiwi-amqp-closer");
		closer.setDaemon(true);
		closer.start();
		try {
			closer.join(CLOSE_TIMEOUT.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private TransportListener listener() {
		return Objects.requireNonNull(this.listener, "start() comes first");
	}

	private static ScheduledExecutorService thread(String name) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	/**
	 * Tells of an outage once, whichever connection noticed it first.
	 */
	private final class Watch implements Link.Events {

		@Override
		public void lost(Throwable cause) {
			AmqpTransport transport = AmqpTransport.this;
			if (!transport.closed.get() && transport.lost.compareAndSet(false, true)) {
				if (cause instanceof ShutdownSignalException signal && signal.isInitiatedByApplication()) {
					logger.info("The application closed its connection to RabbitMQ");
				}
				else {
					logger.warn("No connection to RabbitMQ ({}); trying again until it is there", cause.toString());
				}
				transport.listener().connectionLost(cause);
			}
		}

		@Override
		public void opened() {
			AmqpTransport transport = AmqpTransport.this;
			if (transport.consuming.isWhole() && transport.publishing.isWhole()
					&& transport.lost.compareAndSet(true, false)) {
				logger.info("The connection to RabbitMQ is back");
				transport.listener().connectionRecovered();
			}
		}

	}

}

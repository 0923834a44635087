package dev.kiwi.amqp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel that consumes one queue. With it end its delivery tags: nothing that came
 * on it can be settled on another.
 */
final class ConsumerChannel {

	private static final Logger logger = LoggerFactory.getLogger(ConsumerChannel.class);

	private final Channel channel;

	private final Openers openers;

	private final String queue;

	private final Acknowledgements acknowledgements;

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	private String consumerTag = "";

	/** What came when it was stopped, and was not cancelled yet. */
	private final List<Incoming> late = new ArrayList<>();

	private volatile boolean stopped;

	private boolean cancelled;

	private final AtomicBoolean lost = new AtomicBoolean();

	private ConsumerChannel(Channel channel, Openers openers, String queue, int prefetch,
			Acknowledgements.Ticker ticker) {
		this.channel = channel;
		this.openers = openers;
		this.queue = queue;
		this.acknowledgements = new Acknowledgements(channel, prefetch, ticker);
	}

	static ConsumerChannel open(Connection connection, Openers openers, Consumption.Declared declared, int prefetch,
			Consumer<Incoming> listener, Acknowledgements.Ticker ticker, Consumer<Throwable> onLost)
			throws IOException {
		Channel channel = Link.channel(connection);
		ConsumerChannel opened = new ConsumerChannel(channel, openers, declared.queue(), prefetch, ticker);
		channel.basicQos(prefetch);
		channel.addShutdownListener((cause) -> {
			if (opened.lose()) {
				onLost.accept(cause);
			}
		});
		DefaultConsumer consumer = new DefaultConsumer(channel) {

			@Override
			public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
				if (!declared.isAcknowledged()) {
					listener.accept(
							new Incoming(opened, envelope.getDeliveryTag(), envelope.isRedeliver(), properties, body));
					return;
				}
				Incoming incoming = opened.received(envelope, properties, body);
				if (opened.admits(incoming)) {
					listener.accept(incoming);
				}
			}

			@Override
			public void handleCancel(String tag) {
				// of a delivery that was held for too long the broker does not say which
				// it
				// was: whoever kept the others might run one beside its next owner
				logger.warn("The broker cancelled the consuming of '{}': the queue was deleted or a delivery "
						+ "was held for too long", opened.queue);
				Link.closeQuietly(channel);
			}

		};
		opened.consumerTag = openers.within(channel, "the consuming of '" + declared.queue() + "'",
				(its) -> its.basicConsume(declared.queue(), !declared.isAcknowledged(), "", false,
						declared.isExclusive(), declared.arguments(), consumer));
		return opened;
	}

	/**
	 * Takes one message of a queue, on a channel that ends with it.
	 * @param used the queues that are known to have held a message once
	 * @return the message, or null where there is none
	 */
	static @Nullable Incoming get(Connection connection, Openers openers, String queue, Set<String> used,
			Acknowledgements.Ticker ticker) throws IOException {
		Channel channel = Link.channel(connection);
		Optional<GetResponse> taken = openers.within(channel, "the taking from '" + queue + "'", (its) -> {
			if (!used.contains(queue) && its.messageCount(queue) == 0) {
				// asked for a message, a quorum queue this fresh may cost the connection
				// (seen on 3.10)
				return Optional.empty();
			}
			used.add(queue);
			return Optional.ofNullable(its.basicGet(queue, false));
		});
		if (taken.isEmpty()) {
			Link.closeQuietly(channel);
			return null;
		}
		GetResponse response = taken.get();
		ConsumerChannel opened = new ConsumerChannel(channel, openers, queue, 1, ticker);
		channel.addShutdownListener((cause) -> opened.lose());
		Incoming incoming = opened.received(response.getEnvelope(), response.getProps(), response.getBody());
		opened.stop();
		opened.cancelled();
		return incoming;
	}

	String queue() {
		return this.queue;
	}

	boolean isOpen() {
		return !this.lost.get() && this.channel.isOpen();
	}

	boolean isLost() {
		return this.lost.get();
	}

	/**
	 * From now on nothing reaches the listener; what still comes is given back at the
	 * end.
	 */
	void stop() {
		this.stopped = true;
	}

	/** Takes no more; what is out can still be settled. */
	void cancel() {
		try {
			this.openers.within(this.channel, "the end of the consuming of '" + this.queue + "'", (its) -> {
				its.basicCancel(this.consumerTag);
				return Boolean.TRUE;
			});
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("'{}' was not consumed any more", this.queue, ex);
		}
		stop();
		cancelled();
	}

	private void cancelled() {
		List<Incoming> late;
		synchronized (this.late) {
			this.cancelled = true;
			late = List.copyOf(this.late);
			this.late.clear();
		}
		late.forEach(this::giveBack);
		this.acknowledgements.end(this::end);
	}

	/**
	 * Given back before the consumer is cancelled, a message would come again and again.
	 */
	private boolean admits(Incoming incoming) {
		if (!this.stopped) {
			return true;
		}
		synchronized (this.late) {
			if (!this.cancelled) {
				this.late.add(incoming);
				return false;
			}
		}
		giveBack(incoming);
		return false;
	}

	CompletableFuture<Void> drained() {
		return this.drained;
	}

	/**
	 * Whatever is out is lost here.
	 * @return closes the channel, which gives it to others
	 */
	Runnable abandon() {
		this.lost.set(true);
		Runnable rest = this.acknowledgements.abandon();
		this.drained.complete(null);
		return () -> {
			rest.run();
			Link.closeQuietly(this.channel);
		};
	}

	void acknowledge(Incoming incoming) {
		this.acknowledgements.done(incoming);
	}

	void giveBack(Incoming incoming) {
		this.acknowledgements.giveBack(incoming);
	}

	private Incoming received(Envelope envelope, BasicProperties properties, byte[] body) {
		Incoming incoming = new Incoming(this, envelope.getDeliveryTag(), envelope.isRedeliver(), properties, body);
		this.acknowledgements.received(incoming);
		return incoming;
	}

	private void end() {
		if (this.drained.complete(null)) {
			try {
				this.openers.execute(() -> Link.closeQuietly(this.channel));
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The transport is closed, and its channels with it", ex);
			}
		}
	}

	/** Whether it was lost while somebody still needed it. */
	private boolean lose() {
		if (!this.lost.compareAndSet(false, true)) {
			return false;
		}
		this.acknowledgements.abandon();
		return this.drained.complete(null);
	}

}

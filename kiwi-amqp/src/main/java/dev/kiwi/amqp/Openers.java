package dev.kiwi.amqp;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that wait for the broker's answer about one queue, so that a queue that it
 * does not answer for holds up no other: on RabbitMQ 3.10 one may have no leader for
 * minutes after its broker was killed. What is not answered in time is given up.
 */
final class Openers implements Executor {

	/** Less than what amqp-client waits for, which is ten minutes. */
	static final Duration PATIENCE = Duration.ofSeconds(30);

	/** So many queues may be in trouble at once before others wait for them. */
	private static final int THREADS = 16;

	private static final Duration IDLE = Duration.ofSeconds(10);

	private static final Logger logger = LoggerFactory.getLogger(Openers.class);

	private final ThreadPoolExecutor openers = threads("kiwi-amqp-opener-");

	/** The broker may not answer a close, either. */
	private final ThreadPoolExecutor closers = threads("kiwi-amqp-closer-");

	/** Waits for its next use. */
	private final AtomicReference<@Nullable Channel> spare = new AtomicReference<>();

	private final ScheduledExecutorService timer;

	private final Duration patience;

	private volatile boolean closing;

	Openers(ScheduledExecutorService timer, Duration patience) {
		this.timer = timer;
		this.patience = patience;
	}

	/**
	 * Runs what may wait for the broker.
	 * @throws RejectedExecutionException once this is closed
	 */
	@Override
	public void execute(Runnable action) {
		this.openers.execute(action);
	}

	/**
	 * Does something on a channel that nobody else uses meanwhile. Where it is not
	 * refused, the next one takes the same channel: to open and to close it are two more
	 * ways to the broker and back.
	 * @param what is done, for the error
	 */
	<T> T use(Connection connection, String what, Use<T> use) throws IOException, TimeoutException {
		Channel former = this.spare.getAndSet(null);
		boolean fits = former != null && former.isOpen() && former.getConnection() == connection;
		Channel channel = fits ? Objects.requireNonNull(former) : Link.channel(connection);
		T done = within(channel, what, use);
		if (this.closing || !this.spare.compareAndSet(null, channel)) {
			giveUp(channel);
		}
		if (former != null && !fits) {
			giveUp(former);
		}
		return done;
	}

	/**
	 * Does something on a channel, which is closed if it is not answered in time.
	 * @param what is done, for the error
	 */
	<T> T within(Channel channel, String what, Use<T> use) throws IOException {
		AtomicBoolean over = new AtomicBoolean();
		Future<?> overdue = watch(channel, over);
		try {
			return use.on(channel);
		}
		catch (IOException | ShutdownSignalException ex) {
			if (over.get()) {
				throw new IOException("the broker did not answer " + what + " within " + this.patience, ex);
			}
			if (ex instanceof IOException refused) {
				throw Refusals.told(what, refused);
			}
			throw ex;
		}
		finally {
			overdue.cancel(false);
		}
	}

	/**
	 * From now on no channel is kept.
	 * @return closes the one that is
	 */
	Runnable release() {
		this.closing = true;
		return () -> Link.closeQuietly(this.spare.getAndSet(null));
	}

	void close() {
		this.openers.shutdownNow();
		this.closers.shutdownNow();
	}

	private Future<?> watch(Channel channel, AtomicBoolean over) throws IOException {
		try {
			return this.timer.schedule(() -> {
				over.set(true);
				giveUp(channel);
			}, this.patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			Link.closeQuietly(channel);
			throw new IOException("The transport is closed", ex);
		}
	}

	/** Whoever waits for an answer on it hears of it at once. */
	private void giveUp(Channel channel) {
		try {
			this.closers.execute(() -> Link.closeQuietly(channel));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The transport is closed, and its channels with it", ex);
		}
	}

	private static ThreadPoolExecutor threads(String prefix) {
		AtomicInteger number = new AtomicInteger();
		ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE.toMillis(), TimeUnit.MILLISECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, prefix + number.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
		threads.allowCoreThreadTimeOut(true);
		return threads;
	}

	/**
	 * Something that waits for the broker.
	 */
	@FunctionalInterface
	interface Use<T> {

		T on(Channel channel) throws IOException;

	}

}

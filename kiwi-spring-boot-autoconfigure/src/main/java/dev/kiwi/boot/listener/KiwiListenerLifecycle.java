package dev.kiwi.boot.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Subscribes annotated methods while the context runs. May be stopped and started again:
 * contexts are paused and resumed. Starts last and stops first, so that what handlers use
 * is there for as long as they run, and a web server still answers what they wait for.
 */
public final class KiwiListenerLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(KiwiListenerLifecycle.class);

	private final KiwiListenerBeanPostProcessor listeners;

	private final KiwiCommunicator communicator;

	private final Duration shutdownTimeout;

	private volatile Subscriptions subscriptions;

	private volatile boolean running;

	/**
	 * A lifecycle.
	 * @param listeners finds the annotated methods
	 * @param communicator where they are subscribed
	 * @param shutdownTimeout how long stopping waits for running handlers
	 */
	public KiwiListenerLifecycle(KiwiListenerBeanPostProcessor listeners, KiwiCommunicator communicator,
			Duration shutdownTimeout) {
		this.listeners = listeners;
		this.communicator = communicator;
		this.subscriptions = new Subscriptions(communicator);
		this.shutdownTimeout = shutdownTimeout;
	}

	/**
	 * Subscribes, and waits some seconds for the server to say that it is so: what it
	 * refuses for good fails the start. A server that is away does not.
	 */
	@Override
	public synchronized void start() {
		if (this.running) {
			return;
		}
		Subscriptions opened = new Subscriptions(this.communicator);
		try {
			this.listeners.forEach(opened::add);
			opened.awaitReady();
		}
		catch (RuntimeException ex) {
			this.listeners.end();
			opened.close();
			throw ex;
		}
		this.subscriptions = opened;
		this.running = true;
	}

	@Override
	public void stop() {
		CountDownLatch stopped = new CountDownLatch(1);
		stop(stopped::countDown);
		try {
			stopped.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop(Runnable callback) {
		List<Subscription> closed = close();
		CompletableFuture<?>[] endings = closed.stream()
			.map((subscription) -> subscription.ended().toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(endings)
			.orTimeout(this.shutdownTimeout.toMillis(), TimeUnit.MILLISECONDS)
			.whenComplete((nothing, failure) -> {
				if (failure != null) {
					logger.warn("After {} handlers still run for {}", this.shutdownTimeout,
							closed.stream()
								.filter((subscription) -> !subscription.ended().toCompletableFuture().isDone())
								.map(Subscription::identifier)
								.distinct()
								.toList());
				}
				callback.run();
			});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * How the annotated methods stand with the server.
	 * @return a status for each that is subscribed or is to be; empty while stopped
	 */
	public List<SubscriberStatus> subscribers() {
		return this.subscriptions.status();
	}

	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	private synchronized List<Subscription> close() {
		this.running = false;
		this.listeners.end();
		return this.subscriptions.close();
	}

}

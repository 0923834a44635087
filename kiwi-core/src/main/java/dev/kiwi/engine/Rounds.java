package dev.kiwi.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes round the subscribers and lets each hear what waits for it. Before a thread turns
 * to one of them it sees to it that another thread is on its way if there are more: quick
 * subscribers are all served by one thread, and one that blocks keeps that thread alone.
 */
final class Rounds {

	private static final Logger logger = LoggerFactory.getLogger(Rounds.class);

	private final Executor executor;

	private final List<BroadcastSubscriber<?>> subscribers = new CopyOnWriteArrayList<>();

	/** Whether a thread was woken that has not begun yet. */
	private final AtomicBoolean coming = new AtomicBoolean();

	Rounds(Executor executor) {
		this.executor = executor;
	}

	void add(BroadcastSubscriber<?> subscriber) {
		this.subscribers.add(subscriber);
	}

	void remove(BroadcastSubscriber<?> subscriber) {
		this.subscribers.remove(subscriber);
	}

	/** Sees to it that somebody comes who has not begun yet. */
	void wake() {
		if (!this.coming.get() && this.coming.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::go);
			}
			catch (RejectedExecutionException ex) {
				this.coming.set(false);
				logger.warn("The executor takes no more work; what waits here is left to whoever comes next", ex);
			}
		}
	}

	private void go() {
		this.coming.set(false);
		BroadcastSubscriber<?> ready = null;
		for (BroadcastSubscriber<?> subscriber : this.subscribers) {
			if (subscriber.isReady()) {
				if (ready != null) {
					wake();
					ready.hear(this::wake);
				}
				ready = subscriber;
			}
		}
		if (ready != null) {
			ready.hear(this::wake);
		}
	}

}

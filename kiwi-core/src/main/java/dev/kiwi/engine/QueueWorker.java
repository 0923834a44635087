package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.kiwi.Subscription;
import dev.kiwi.transport.TaskDelivery;
import org.jspecify.annotations.Nullable;

/**
 * What this process does for one queue: one consumption, shared by its subscribers in
 * turn.
 */
final class QueueWorker {

	private final EngineContext context;

	private final TaskCapabilities capabilities;

	private final String queue;

	private final RunningTasks running;

	private final List<TaskSubscriber<?>> subscribers = new CopyOnWriteArrayList<>();

	private final AtomicInteger turn = new AtomicInteger();

	private final Lane<TaskRun> lane;

	private @Nullable Subscription consumption;

	private volatile boolean paused = true;

	private boolean closed;

	QueueWorker(EngineContext context, TaskCapabilities capabilities, String queue, RunningTasks running,
			TaskSubscriber<?> first, boolean paused) {
		this.context = context;
		this.capabilities = capabilities;
		this.queue = queue;
		this.running = running;
		this.subscribers.add(first);
		this.lane = new Lane<>(context.executor(), context.settings().queue(queue).concurrency(), this::begin);
		pause(paused);
	}

	/** Fetches no tasks, or fetches them again; what runs goes on. */
	synchronized void pause(boolean wanted) {
		if (wanted == this.paused || this.closed) {
			return;
		}
		this.paused = wanted;
		if (!wanted) {
			QueueSettings settings = this.context.settings().queue(this.queue);
			this.consumption = this.capabilities.transport()
				.consume(this.queue, settings.guarantee(), settings.prefetch(), this::delivered);
		}
		else if (this.consumption != null) {
			this.consumption.close();
			this.consumption = null;
			giveBackWaiting();
		}
	}

	boolean isPaused() {
		return this.paused;
	}

	/** While it is paused it is as ready as it is to be. */
	synchronized CompletionStage<Void> ready() {
		return (this.consumption != null) ? this.consumption.ready() : CompletableFuture.completedStage(null);
	}

	/** Whether tasks reach it now, or it is paused and none are to. */
	synchronized boolean isServed() {
		return this.consumption == null || this.consumption.isServed();
	}

	/** Whether the server refused it for good; somebody who tries again begins anew. */
	boolean hasFailed() {
		return ready().toCompletableFuture().isCompletedExceptionally();
	}

	void add(TaskSubscriber<?> subscriber) {
		this.subscribers.add(subscriber);
	}

	/**
	 * Takes a subscriber away, and with the last one the consumption.
	 * @return whether the worker goes on
	 */
	boolean remove(TaskSubscriber<?> subscriber) {
		this.subscribers.remove(subscriber);
		if (!this.subscribers.isEmpty()) {
			return true;
		}
		close();
		return false;
	}

	private synchronized void close() {
		pause(true);
		this.closed = true;
	}

	private void delivered(TaskDelivery delivery) {
		this.lane.offer(new TaskRun(this.context, this.capabilities, this.queue, delivery));
		if (isPaused()) {
			giveBackWaiting();
		}
	}

	private void giveBackWaiting() {
		this.lane.clear().forEach(TaskRun::giveBack);
	}

	private @Nullable CompletionStage<?> begin(TaskRun run) {
		return this.running.run(run, () -> run.isRefused() ? null : run.execute(inTurn()));
	}

	private List<TaskSubscriber<?>> inTurn() {
		if (this.subscribers.size() <= 1) {
			return this.subscribers;
		}
		List<TaskSubscriber<?>> all = new ArrayList<>(this.subscribers);
		Collections.rotate(all, -Math.floorMod(this.turn.getAndIncrement(), Math.max(1, all.size())));
		return all;
	}

}

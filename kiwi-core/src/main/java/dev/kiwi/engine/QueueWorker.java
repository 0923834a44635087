package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

	private final Subscription consumption;

	private volatile boolean closed;

	QueueWorker(EngineContext context, TaskCapabilities capabilities, String queue, RunningTasks running,
			TaskSubscriber<?> first) {
		this.context = context;
		this.capabilities = capabilities;
		this.queue = queue;
		this.running = running;
		this.subscribers.add(first);
		QueueSettings settings = context.settings().queue(queue);
		this.lane = new Lane<>(context.executor(), settings.concurrency(), this::begin);
		this.consumption = capabilities.transport()
			.consume(queue, settings.guarantee(), settings.prefetch(), this::delivered);
	}

	CompletionStage<Void> ready() {
		return this.consumption.ready();
	}

	/** Whether the server refused it for good; somebody who tries again begins anew. */
	boolean hasFailed() {
		return this.consumption.ready().toCompletableFuture().isCompletedExceptionally();
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
		this.closed = true;
		this.consumption.close();
		giveBackWaiting();
		return false;
	}

	private void delivered(TaskDelivery delivery) {
		this.lane.offer(new TaskRun(this.context, this.capabilities, this.queue, delivery));
		if (this.closed) {
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
		List<TaskSubscriber<?>> all = new ArrayList<>(this.subscribers);
		if (all.size() > 1) {
			Collections.rotate(all, -Math.floorMod(this.turn.getAndIncrement(), all.size()));
		}
		return all;
	}

}

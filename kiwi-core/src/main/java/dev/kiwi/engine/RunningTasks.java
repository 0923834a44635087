package dev.kiwi.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * What runs in this process, over all queues, until its handlers have returned.
 */
final class RunningTasks {

	private final EngineContext context;

	private final Map<String, TaskRun> running = new ConcurrentHashMap<>();

	/** What killed a worker before runs alone, so that it takes no other with it. */
	private final Lane<Supplier<@Nullable CompletionStage<?>>> suspects;

	RunningTasks(EngineContext context) {
		this.context = context;
		this.suspects = new Lane<>(context.executor(), 1, Supplier::get);
	}

	/**
	 * Runs a task. One whose former handler here still runs, though its delivery was
	 * lost, waits for that handler's end: it must not run beside itself.
	 * @return null or completed where it is over already
	 */
	@Nullable CompletionStage<?> run(TaskRun run, Supplier<@Nullable CompletionStage<?>> work) {
		TaskRun former = this.running.putIfAbsent(run.id(), run);
		if (former != null) {
			return former.ended().thenComposeAsync((nothing) -> orDone(run(run, work)), this.context.executor());
		}
		CompletionStage<?> stage = null;
		try {
			stage = run.isSuspect() ? alone(work) : work.get();
		}
		finally {
			if (stage == null) {
				ended(run);
			}
		}
		return (stage != null) ? stage.whenComplete((nothing, failure) -> ended(run)) : null;
	}

	private void ended(TaskRun run) {
		this.running.remove(run.id());
		run.ended().complete(null);
	}

	/** Adds how many run to the number of their queue. */
	void countInto(Map<String, Integer> byQueue) {
		this.running.values().forEach((run) -> byQueue.merge(run.queue(), 1, Integer::sum));
	}

	/** All of it, at one moment. */
	List<TaskRun> all() {
		return List.copyOf(this.running.values());
	}

	/** Interrupts all handlers. */
	void stop() {
		this.running.values().forEach(TaskRun::stop);
	}

	private CompletionStage<?> alone(Supplier<@Nullable CompletionStage<?>> work) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.suspects.offer(() -> orDone(work.get()).whenComplete((nothing, failure) -> done.complete(null)));
		return done;
	}

	private static CompletionStage<?> orDone(@Nullable CompletionStage<?> stage) {
		return (stage != null) ? stage : CompletableFuture.completedStage(null);
	}

}

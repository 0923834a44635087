package dev.kiwi.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What runs in this process, and the last that ran in it: for whoever asks. Costs a task
 * no lock that others hold.
 */
final class Traces {

	/** A power of two; some 10 KB each where much is logged. */
	private static final int RECENT = 1024;

	private static final Duration KEPT = Duration.ofMinutes(10);

	private final Map<String, TaskTrace> running = new ConcurrentHashMap<>();

	private final AtomicReferenceArray<@Nullable TaskTrace> recent = new AtomicReferenceArray<>(RECENT);

	private final AtomicInteger ended = new AtomicInteger();

	TaskTrace begin(String queue, Envelope task) {
		TaskTrace trace = new TaskTrace(task.id(), queue, task.count(Headers.ATTEMPTS, 0) + 1);
		this.running.put(task.id(), trace);
		return trace;
	}

	void end(TaskTrace trace, HandlingOutcome outcome, @Nullable Throwable failure) {
		trace.ended(outcome, failure);
		this.running.remove(trace.id(), trace);
		this.recent.set(this.ended.getAndIncrement() & (RECENT - 1), trace);
	}

	/** What runs under an id, or null. */
	@Nullable TaskTrace running(String id) {
		return this.running.get(id);
	}

	/** What runs and what ran lately, the last attempt at each task. */
	Collection<TaskTrace> all() {
		Map<String, TaskTrace> last = new LinkedHashMap<>();
		long oldest = System.currentTimeMillis() - KEPT.toMillis();
		int end = this.ended.get();
		for (int index = 0; index < RECENT; index++) {
			TaskTrace trace = this.recent.get((end + index) & (RECENT - 1));
			if (trace != null && !trace.isOverBefore(oldest)) {
				last.put(trace.id(), trace);
			}
		}
		this.running.forEach(last::put);
		return last.values();
	}

}

package dev.kiwi.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.WorkerInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is known here of one attempt at a task, while it runs and for a while after it:
 * not its payload or result, which may be large.
 */
final class TaskTrace {

	static final int LINES = 20;

	static final int LINE_LENGTH = 500;

	private final String id;

	private final String queue;

	private final int attempt;

	/** Null for most. */
	private @Nullable Deque<String> log;

	private long since = System.currentTimeMillis();

	private TaskState state = TaskState.RUNNING;

	private boolean settled;

	private TaskUpdate.@Nullable Progress progress;

	private @Nullable String error;

	TaskTrace(String id, String queue, int attempt) {
		this.id = id;
		this.queue = queue;
		this.attempt = attempt;
	}

	String id() {
		return this.id;
	}

	synchronized void progress(double fraction, @Nullable String message) {
		this.progress = new TaskUpdate.Progress(fraction,
				(message != null) ? Replies.shortened(message, LINE_LENGTH) : null);
	}

	synchronized void log(String line) {
		if (this.log == null) {
			this.log = new ArrayDeque<>();
		}
		else if (this.log.size() == LINES) {
			this.log.remove();
		}
		this.log.add(Replies.shortened(line, LINE_LENGTH));
	}

	synchronized void waiting() {
		this.state = TaskState.WAITING;
	}

	synchronized void ended(HandlingOutcome outcome, @Nullable Throwable failure) {
		this.since = System.currentTimeMillis();
		this.settled = true;
		this.state = switch (outcome) {
			case SUCCEEDED -> TaskState.SUCCEEDED;
			case FAILED, BURIED -> TaskState.FAILED;
			case CANCELLED -> TaskState.CANCELLED;
			case EXPIRED -> TaskState.EXPIRED;
			case LOST -> TaskState.LOST;
			// somebody else's now, or nobody's yet
			case RETRIED, RELEASED, REJECTED, OWNERSHIP_LOST -> TaskState.UNKNOWN;
		};
		this.error = (failure != null) ? Replies.shortened(failure.toString(), LINE_LENGTH) : null;
	}

	/** Whether it is over here and was so before that time. */
	synchronized boolean isOverBefore(long millis) {
		return this.settled && this.since < millis;
	}

	synchronized TaskInfo info(WorkerInfo worker, boolean withLog) {
		return new TaskInfo(this.id, this.queue, this.state, Instant.ofEpochMilli(this.since), null, worker,
				this.attempt, this.progress, (withLog && this.log != null) ? List.copyOf(this.log) : List.of(),
				this.error, null, null, null);
	}

}

package dev.kiwi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.WorkerInfo;
import dev.kiwi.engine.ControlMessage.Answer;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.Gap;
import dev.kiwi.transport.QueueDepths.Depth;
import org.jspecify.annotations.Nullable;

/**
 * What is true of tasks, as far as events and the workers that answered tell: no task is
 * said to run where its worker does not say so, and none to wait where it may be gone.
 */
final class Sighting {

	/** By how much clocks may differ. */
	private static final Duration SKEW = Duration.ofSeconds(10);

	private final EventIndex index;

	private final Collection<Answer> answers;

	private final Map<String, TaskInfo> told;

	private final boolean isAsked;

	private final long askedAt;

	private final boolean isRead;

	/**
	 * A sighting.
	 * @param index what events tell
	 * @param answers what workers answered, or empty where they could not be asked
	 * @param askedAt when they were asked, by {@link System#nanoTime()}
	 * @param isRead whether all events were read that were written by then
	 */
	Sighting(EventIndex index, Optional<Collection<Answer>> answers, long askedAt, boolean isRead) {
		this.index = index;
		this.answers = answers.orElse(List.of());
		this.told = TaskView.best(this.answers);
		this.isAsked = answers.isPresent();
		this.askedAt = askedAt;
		this.isRead = isRead;
	}

	/** The tasks that workers tell of. */
	Set<String> told() {
		return this.told.keySet();
	}

	List<WorkerInfo> workers() {
		return TaskView.workers(this.answers);
	}

	/** What is missing. */
	List<String> notes() {
		List<String> notes = new ArrayList<>();
		if (!this.isRead) {
			notes.add("The events of tasks could not be read to their end");
		}
		if (!this.isAsked) {
			notes.add("The workers could not be asked for what they do");
		}
		if (this.index.forgotten() > 0) {
			notes.add(this.index.forgotten() + " tasks are forgotten, as this process remembers the events of "
					+ this.index.max() + " (kiwi.admin.task-events.max-tasks)");
		}
		this.index.gaps().forEach((gap) -> notes.add(text(gap)));
		this.answers.stream().filter(Sighting::isIncomplete).forEach((answer) -> notes.add(text(answer)));
		return notes;
	}

	/**
	 * One task.
	 * @param change the last that events tell of it, or null
	 * @param depths what waits in queues, or null where that is not known
	 */
	TaskInfo task(String id, @Nullable Change change, @Nullable Map<String, Depth> depths) {
		TaskInfo live = this.told.get(id);
		if (live != null && (change == null || TaskView.isRunning(live))) {
			return live;
		}
		if (change == null) {
			return unknown(id);
		}
		if (change.isOver()) {
			return info(change, change.state(), (live != null && live.state() == change.state()) ? live : null, null);
		}
		if (change.isRunning()) {
			return running(change, live);
		}
		return (change.state() == TaskState.UNKNOWN) ? info(change, TaskState.UNKNOWN, null, change.text())
				: waiting(change, live, depths);
	}

	private TaskInfo unknown(String id) {
		TaskInfo unknown = TaskInfo.unknown(id);
		List<String> notes = notes();
		return notes.isEmpty() ? unknown : new TaskInfo(id, null, unknown.state(), null, null, null, null, null,
				List.of(), null, null, null, String.join("; ", notes));
	}

	private TaskInfo running(Change change, @Nullable TaskInfo live) {
		WorkerInfo worker = Objects.requireNonNull(change.worker(), "Who runs it is written with it");
		if (this.index.isHeardSince(change.id(), this.askedAt)) {
			return info(change, change.state(), null, null);
		}
		boolean answered = this.answers.stream().anyMatch((answer) -> isSame(answer.worker(), worker));
		if (!answered) {
			return info(change, TaskState.UNKNOWN, null,
					"Its worker " + text(worker) + " does not answer; it was last heard of there at "
							+ Instant.ofEpochMilli(change.at())
							+ ". If that worker is gone, the task is given out again");
		}
		if (live != null && live.worker() != null && isSame(live.worker(), worker) && Change.isOver(live.state())
				&& Objects.equals(live.attempts(), change.tries())) {
			return live;
		}
		return info(change, TaskState.UNKNOWN, null, "Its worker " + text(worker)
				+ " answers that it does not work on it any more; what became of it was not written");
	}

	private TaskInfo waiting(Change change, @Nullable TaskInfo live, @Nullable Map<String, Depth> depths) {
		Instant until = (change.until() != null) ? Instant.ofEpochMilli(change.until()) : null;
		boolean isDelayed = until != null && until.isAfter(Instant.now());
		String doubt = doubt(change, isDelayed ? null : depths);
		if (doubt != null) {
			return (live != null && Change.isOver(live.state())) ? live
					: info(change, TaskState.UNKNOWN, null, "It may wait in its queue, and may be over: " + doubt);
		}
		return isDelayed ? info(change, TaskState.DELAYED, null, "Until " + until)
				: info(change, TaskState.QUEUED, null, null);
	}

	/** Why what is said to wait may be gone, or null. */
	private @Nullable String doubt(Change change, @Nullable Map<String, Depth> depths) {
		if (!this.isRead) {
			return "the events of tasks could not be read to their end";
		}
		long earliest = ((change.until() != null) ? change.until() : change.at()) - SKEW.toMillis();
		for (Gap gap : this.index.gaps()) {
			if (gap.until() >= earliest) {
				return text(gap);
			}
		}
		for (Answer answer : this.answers) {
			if (isIncomplete(answer) && answer.queues().containsKey(change.queue())) {
				return text(answer);
			}
		}
		if (depths == null) {
			return null;
		}
		Depth depth = depths.get(change.queue());
		boolean isGone = depth == null || (depth.ready() == 0 && Integer.valueOf(0).equals(depth.consumers()));
		return isGone ? "nothing waits in queue '" + change.queue() + "', and nobody consumes it" : null;
	}

	private static boolean isIncomplete(Answer answer) {
		return !answer.queues().isEmpty() && (answer.unwritten() == null || answer.unwritten() > 0);
	}

	private static TaskInfo info(Change change, TaskState state, @Nullable TaskInfo live, @Nullable String note) {
		long since = change.since();
		if (state == TaskState.QUEUED && change.until() != null) {
			since = change.until();
		}
		TaskUpdate.Progress progress = (live != null && live.progress() != null) ? live.progress() : change.progress();
		TaskEvent.End end = change.end();
		List<String> log = (live != null) ? live.log() : ((end != null) ? end.log() : List.of());
		return new TaskInfo(change.id(), change.queue(), state, Instant.ofEpochMilli(since), null, change.worker(),
				change.tries(), progress, log, (change.state() == TaskState.UNKNOWN) ? null : change.text(), null,
				(end != null) ? end.result() : null, note);
	}

	private static boolean isSame(WorkerInfo one, WorkerInfo other) {
		return one.instance().equals(other.instance());
	}

	private static String text(WorkerInfo worker) {
		return worker.instance() + " (" + worker.host() + ", process " + worker.pid() + ")";
	}

	private static String text(Gap gap) {
		return gap.count() + " events of worker " + text(gap.worker()) + " were not written between "
				+ Instant.ofEpochMilli(gap.from()) + " and " + Instant.ofEpochMilli(gap.until());
	}

	private static String text(Answer answer) {
		return "worker " + text(answer.worker())
				+ ((answer.unwritten() == null) ? " writes no events: set kiwi.admin.task-events.enabled there, too"
						: " could not write " + answer.unwritten() + " events");
	}

}

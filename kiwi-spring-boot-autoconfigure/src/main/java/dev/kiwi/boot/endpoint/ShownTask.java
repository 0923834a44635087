package dev.kiwi.boot.endpoint;

import java.time.Instant;
import java.util.List;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.WorkerInfo;
import org.jspecify.annotations.Nullable;

/**
 * A task as the endpoint shows it, see {@link TaskInfo}.
 *
 * @param id the task's id
 * @param queue its queue
 * @param state where it is
 * @param since since when
 * @param key its unique key
 * @param worker who has it, or had it last
 * @param attempts how many attempts were begun
 * @param progress how far the handler is
 * @param log what it logged
 * @param error why it failed
 * @param payload what was sent, or {@value #HIDDEN}
 * @param result what came of it, or {@value #HIDDEN}
 * @param note why where it is is not known, or not for certain
 */
public record ShownTask(String id, @Nullable String queue, TaskState state, @Nullable Instant since,
		@Nullable String key, @Nullable WorkerInfo worker, @Nullable Integer attempts,
		TaskUpdate.@Nullable Progress progress, List<String> log, @Nullable String error, @Nullable String payload,
		@Nullable String result, @Nullable String note) {

	static final String HIDDEN = "******";

	static ShownTask of(TaskInfo task, boolean shown) {
		return new ShownTask(task.id(), task.queue(), task.state(), task.since(), task.key(), task.worker(),
				task.attempts(), task.progress(), task.log(), task.error(), value(task.payload(), shown),
				value(task.result(), shown), task.note());
	}

	private static @Nullable String value(@Nullable String value, boolean shown) {
		return (shown || value == null) ? value : HIDDEN;
	}

}

package dev.kiwi;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a task. What the server does not keep is what the worker says that
 * runs it, or ran it in the last minutes; null or empty is what nobody told.
 *
 * @param id the task's id
 * @param queue its queue
 * @param state where it is; {@link TaskState#UNKNOWN} where the transport only passes
 * tasks on and no worker knows where it went
 * @param since since when it is there, by the clock of whoever tells; of what waits for
 * its time that is not known
 * @param key its unique key
 * @param worker who has it, or had it last
 * @param attempts how many attempts were begun since it was launched
 * @param progress how far the handler is
 * @param log what the handler logged: the last 20 lines, each shortened to 500
 * characters; empty in lists
 * @param error why its last attempt failed, or why it ended without a result
 * @param payload what was sent, as text; null in lists, and once it is over
 * @param result what came of it, as text; null in lists, and where its sender does not
 * wait for it; shortened where events are all that is kept
 * @param note why where it is is not known, or not for certain; null where there is
 * nothing to say
 */
public record TaskInfo(String id, @Nullable String queue, TaskState state, @Nullable Instant since,
		@Nullable String key, @Nullable WorkerInfo worker, @Nullable Integer attempts,
		TaskUpdate.@Nullable Progress progress, List<String> log, @Nullable String error, @Nullable String payload,
		@Nullable String result, @Nullable String note) {

	public TaskInfo {
		log = List.copyOf(log);
	}

	/**
	 * A task that nobody knows anything of.
	 * @param id the task's id
	 * @return the task
	 */
	public static TaskInfo unknown(String id) {
		return new TaskInfo(id, null, TaskState.UNKNOWN, null, null, null, null, null, List.of(), null, null, null,
				null);
	}

}

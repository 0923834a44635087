package dev.kiwi.transport;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * The capability to tell where every task is. Asking waits for nobody's work and makes
 * nobody's work wait.
 */
public interface TaskStates {

	/**
	 * Where a task is.
	 * @param id the task's id
	 * @return completes with the state, {@link TaskState#UNKNOWN} where nothing is kept
	 * of such a task
	 */
	CompletableFuture<TaskState> state(String id);

	/**
	 * What is known of a task.
	 * @param id the task's id
	 * @return completes with the task and its bodies, or empty where nothing is kept of
	 * it
	 */
	CompletableFuture<Optional<KeptTask>> find(String id);

	/**
	 * Lists tasks.
	 * @param query which; {@link TaskState#WAITING} is not known here and stands for
	 * {@link TaskState#RUNNING}
	 * @return completes with a page of them, without the bodies of payloads and results
	 */
	CompletableFuture<Page> list(TaskQuery query);

	/**
	 * Some tasks.
	 *
	 * @param tasks the tasks, in an order that does not change
	 * @param next where to go on, or null at the end
	 */
	record Page(List<KeptTask> tasks, @Nullable String next) {

		public Page {
			tasks = List.copyOf(tasks);
		}

	}

}

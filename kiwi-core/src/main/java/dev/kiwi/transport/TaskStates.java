package dev.kiwi.transport;

import java.util.concurrent.CompletableFuture;

import dev.kiwi.TaskState;

/**
 * The capability to tell where a task is.
 */
public interface TaskStates {

	/**
	 * Where a task is.
	 * @param id the task's id
	 * @return completes with the state, {@link TaskState#UNKNOWN} where nothing is kept
	 * of such a task
	 */
	CompletableFuture<TaskState> state(String id);

}

package dev.kiwi.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.kiwi.TaskInfo;
import dev.kiwi.WorkerInfo;
import org.jspecify.annotations.Nullable;

/**
 * What engines say to each other, as JSON. What a later version adds, a former one leaves
 * out.
 *
 * @param ask a question, or null
 * @param answer an answer, or null
 * @param orders which queues are paused for all, or null for nothing new
 */
record ControlMessage(@Nullable Ask ask, @Nullable Answer answer, @Nullable Map<String, Order> orders) {

	/**
	 * A question to all workers.
	 *
	 * @param id the question's id
	 * @param replyTo the instance that asks
	 * @param page which tasks are wanted, or null for none
	 * @param ids the tasks that are wanted, with all that is known of them, or null
	 */
	record Ask(String id, String replyTo, @Nullable Slice page, @Nullable Set<String> ids) {

	}

	/**
	 * Some of the tasks of each worker, by id.
	 *
	 * @param queue their queue, or null for any
	 * @param after after which id, or null for the first
	 * @param limit how many at most
	 */
	record Slice(@Nullable String queue, @Nullable String after, int limit) {

	}

	/**
	 * What a worker answers.
	 *
	 * @param ask the question's id
	 * @param worker who answers
	 * @param tasks the tasks that were asked for
	 * @param queues the queues that it has handlers for
	 * @param unwritten how many events of its tasks it could not write and has told
	 * nobody of yet, or null where it writes none
	 */
	record Answer(String ask, WorkerInfo worker, List<TaskInfo> tasks, Map<String, Worked> queues,
			@Nullable Integer unwritten) {

	}

	/**
	 * What a worker does for a queue.
	 *
	 * @param running how many tasks it works on
	 * @param paused whether it fetches none
	 */
	record Worked(int running, boolean paused) {

	}

	/**
	 * Whether a queue is paused.
	 *
	 * @param paused whether it is
	 * @param at when that was said, in milliseconds since 1970: the last word holds
	 */
	record Order(boolean paused, long at) {

	}

}

package dev.kiwi;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some of the tasks that a {@link TaskQuery} asks for.
 *
 * @param tasks the tasks, in an order that stays the same from page to page
 * @param next where the next page begins, for {@link TaskQuery#after}; null where this is
 * the last one
 * @param complete whether the server knows every task: then what is not listed is not
 * there. Otherwise only those are listed that the workers which answered run, or ran in
 * the last minutes, and where events are kept those that these tell of; the state of
 * every other task is unknown
 * @param workers the workers that answered, none where nobody had to be asked
 * @param notes what the view is known to lack, such as events that could not be written;
 * empty where there is nothing to say
 */
public record TaskPage(List<TaskInfo> tasks, @Nullable String next, boolean complete, List<WorkerInfo> workers,
		List<String> notes) {

	public TaskPage {
		tasks = List.copyOf(tasks);
		workers = List.copyOf(workers);
		notes = List.copyOf(notes);
	}

}

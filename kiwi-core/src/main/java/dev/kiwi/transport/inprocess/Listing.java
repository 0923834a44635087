package dev.kiwi.transport.inprocess;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.TaskStates.Page;

/**
 * Finds the tasks that somebody asks for, in the order of their ids.
 */
final class Listing {

	private Listing() {
	}

	static Page page(List<KeptTask> all, TaskQuery query) {
		List<KeptTask> found = all.stream()
			.filter((task) -> matches(task, query))
			.sorted(Comparator.comparing((task) -> task.task().id()))
			.limit(query.limit() + 1L)
			.toList();
		boolean isLast = found.size() <= query.limit();
		List<KeptTask> page = isLast ? found : found.subList(0, query.limit());
		return new Page(page.stream().map(Listing::withoutBody).toList(),
				isLast ? null : page.get(page.size() - 1).task().id());
	}

	private static boolean matches(KeptTask task, TaskQuery query) {
		return (query.after() == null || task.task().id().compareTo(query.after()) > 0)
				&& (query.queue() == null || query.queue().equals(task.queue()))
				&& (query.key() == null || query.key().equals(task.key()))
				&& (query.worker() == null || query.worker().equals(task.holder()))
				&& (query.states().isEmpty() || query.states().contains(task.state())
						|| (task.state() == TaskState.RUNNING && query.states().contains(TaskState.WAITING)))
				&& isOldEnough(task, query);
	}

	private static boolean isOldEnough(KeptTask task, TaskQuery query) {
		return query.olderThan() == null
				|| (task.since() != null && !task.since().isAfter(Instant.now().minus(query.olderThan())));
	}

	private static KeptTask withoutBody(KeptTask task) {
		Envelope envelope = task.task();
		return new KeptTask(
				new Envelope(envelope.id(), envelope.replyTo(), envelope.contentType(), envelope.headers(),
						new byte[0]),
				task.queue(), task.state(), task.since(), task.key(), task.holder(), task.outcome());
	}

}

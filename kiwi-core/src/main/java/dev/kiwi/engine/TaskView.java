package dev.kiwi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.WorkerInfo;
import dev.kiwi.engine.ControlMessage.Answer;
import dev.kiwi.engine.ControlMessage.Slice;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.TaskTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where tasks are, of the whole namespace. A transport that keeps every task is asked,
 * and only whoever has a task now says more of it, so that nothing contradicts the queue.
 * Otherwise it is what the workers know that answer, and what events tell where they are
 * kept.
 */
final class TaskView {

	private static final Logger logger = LoggerFactory.getLogger(TaskView.class);

	private final TaskTransport transport;

	private final Control control;

	private final Duration timeout;

	private final @Nullable HistoryView events;

	/**
	 * A view.
	 * @param history what events tell, or null where none are kept
	 */
	TaskView(TaskTransport transport, Control control, Duration timeout, @Nullable TaskHistory history) {
		this.transport = transport;
		this.control = control;
		this.timeout = timeout;
		this.events = (history != null) ? new HistoryView(history, transport, control, timeout) : null;
	}

	CompletionStage<TaskPage> list(TaskQuery query) {
		if (this.events != null) {
			return this.events.list(query);
		}
		TaskStates states = this.transport.capability(TaskStates.class).orElse(null);
		return (states != null) ? states.list(query).thenCompose((page) -> completed(page, query)) : gathered(query);
	}

	CompletionStage<Optional<TaskInfo>> find(String id) {
		if (this.events != null) {
			return this.events.find(id);
		}
		Optional<TaskStates> states = this.transport.capability(TaskStates.class);
		if (states.isEmpty()) {
			return gather(Set.of(id), (answers) -> hasRunning(answers, id))
				.thenApply((answers) -> Optional.of(best(answers).getOrDefault(id, TaskInfo.unknown(id))));
		}
		return states.get()
			.find(id)
			.thenCompose((found) -> found.isPresent() ? completed(found.get())
					: CompletableFuture.completedStage(Optional.empty()));
	}

	/** What all workers say of their queues. */
	CompletionStage<Collection<Answer>> queues() {
		return this.control.gather(null, null, this.timeout, (answers) -> false);
	}

	private CompletionStage<Collection<Answer>> gather(Set<String> ids, Predicate<Map<String, Answer>> enough) {
		return this.control.gather(null, ids, this.timeout, enough);
	}

	/** What the transport tells is shown also where nobody can say more of it. */
	private CompletionStage<Collection<Answer>> more(Set<String> ids, Predicate<Map<String, Answer>> enough) {
		return gather(ids, enough).exceptionally((failure) -> {
			logger.debug("Workers cannot be asked for what they do", failure);
			return List.of();
		});
	}

	private CompletionStage<TaskPage> gathered(TaskQuery query) {
		return this.control
			.gather(new Slice(query.queue(), query.after(), query.limit()), null, this.timeout, (answers) -> false)
			.thenApply((answers) -> {
				List<TaskInfo> slice = new TreeMap<>(best(answers)).values().stream().limit(query.limit()).toList();
				boolean full = slice.size() == query.limit();
				return new TaskPage(slice.stream().filter((task) -> matches(task, query)).toList(),
						full ? slice.get(slice.size() - 1).id() : null, false, workers(answers), List.of());
			});
	}

	/** Only running tasks are asked for, and nobody but those that have them. */
	private CompletionStage<TaskPage> completed(TaskStates.Page page, TaskQuery query) {
		Set<String> running = new HashSet<>();
		Set<String> holders = new HashSet<>();
		for (KeptTask task : page.tasks()) {
			if (task.holder() != null) {
				running.add(task.task().id());
				holders.add(task.holder());
			}
		}
		CompletionStage<Collection<Answer>> asked = running.isEmpty() ? CompletableFuture.completedStage(List.of())
				: more(running, (answers) -> answers.keySet().containsAll(holders));
		return asked.thenApply((answers) -> new TaskPage(page.tasks()
			.stream()
			.map((task) -> brief(info(task, answers, true)))
			.filter((task) -> query.states().isEmpty() || query.states().contains(task.state()))
			.toList(), page.next(), true, workers(answers), List.of()));
	}

	private CompletionStage<Optional<TaskInfo>> completed(KeptTask task) {
		String id = task.task().id();
		if (task.holder() == null && task.outcome() == null) {
			return CompletableFuture.completedStage(Optional.of(info(task, List.of(), false)));
		}
		return more(Set.of(id),
				(answers) -> (task.holder() != null) ? answers.containsKey(task.holder())
						: told(task, answers.values()) != null)
			.thenApply((answers) -> Optional.of(info(task, answers, false)));
	}

	private TaskInfo info(KeptTask task, Collection<Answer> answers, boolean inList) {
		return new KeptView(task, inList).with(told(task, answers));
	}

	/**
	 * What a worker says of a task as it is now: of one that is running whoever has it,
	 * of one that is over whoever saw the same end.
	 */
	private static @Nullable TaskInfo told(KeptTask task, Collection<Answer> answers) {
		for (Answer answer : answers) {
			for (TaskInfo told : answer.tasks()) {
				if (told.id().equals(task.task().id()) && ((task.holder() != null)
						? task.holder().equals(answer.worker().instance()) && isRunning(told)
						: told.state() == task.state())) {
					return told;
				}
			}
		}
		return null;
	}

	/** As it is listed. */
	static TaskInfo brief(TaskInfo task) {
		return new TaskInfo(task.id(), task.queue(), task.state(), task.since(), task.key(), task.worker(),
				task.attempts(), task.progress(), List.of(), task.error(), null, null, task.note());
	}

	/** Of several workers whoever runs a task knows best, then whoever saw it last. */
	static Map<String, TaskInfo> best(Collection<Answer> answers) {
		Map<String, TaskInfo> best = new HashMap<>();
		answers.forEach((answer) -> answer.tasks()
			.forEach((task) -> best.merge(task.id(), task, (one, other) -> isLater(other, one) ? other : one)));
		return best;
	}

	private static boolean isLater(TaskInfo task, TaskInfo than) {
		if (isRunning(task) != isRunning(than)) {
			return isRunning(task);
		}
		return than.since() == null || (task.since() != null && task.since().isAfter(than.since()));
	}

	static boolean isRunning(TaskInfo task) {
		return task.state() == TaskState.RUNNING || task.state() == TaskState.WAITING;
	}

	static boolean hasRunning(Map<String, Answer> answers, String id) {
		TaskInfo task = best(answers.values()).get(id);
		return task != null && isRunning(task);
	}

	static boolean matches(TaskInfo task, TaskQuery query) {
		return (query.states().isEmpty() || query.states().contains(task.state())) && query.key() == null
				&& (query.worker() == null
						|| (task.worker() != null && query.worker().equals(task.worker().instance())))
				&& (query.olderThan() == null
						|| (task.since() != null && !task.since().isAfter(Instant.now().minus(query.olderThan()))));
	}

	static List<WorkerInfo> workers(Collection<Answer> answers) {
		return answers.stream().map(Answer::worker).collect(Collectors.toList());
	}

}

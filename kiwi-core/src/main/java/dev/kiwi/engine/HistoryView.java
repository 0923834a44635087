package dev.kiwi.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskPage;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.engine.ControlMessage.Answer;
import dev.kiwi.engine.ControlMessage.Slice;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.transport.QueueDepths;
import dev.kiwi.transport.QueueDepths.Depth;
import dev.kiwi.transport.TaskTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where tasks are, by what events tell of them and what workers answer. First all that
 * was written is read, then workers are asked, then what was written meanwhile is read:
 * so a task that a worker gave up before it answered is not taken for one that it runs.
 */
final class HistoryView {

	private static final Logger logger = LoggerFactory.getLogger(HistoryView.class);

	private final TaskHistory history;

	private final TaskTransport transport;

	private final Control control;

	private final Duration timeout;

	HistoryView(TaskHistory history, TaskTransport transport, Control control, Duration timeout) {
		this.history = history;
		this.transport = transport;
		this.control = control;
		this.timeout = timeout;
	}

	CompletionStage<Optional<TaskInfo>> find(String id) {
		return look(null, Set.of(id), (answers) -> isEnough(id, answers), (seen) -> {
			Map<String, Change> changes = changes(Set.of(id));
			return depths(changes.values()).thenApply((depths) -> Optional.of(seen.task(id, changes.get(id), depths)));
		});
	}

	CompletionStage<TaskPage> list(TaskQuery query) {
		Slice slice = new Slice(query.queue(), query.after(), query.limit());
		return look(slice, null, (answers) -> false, (seen) -> {
			Set<String> ids = new TreeSet<>(seen.told());
			this.history.index()
				.all((change) -> mayMatch(change, query))
				.stream()
				.map(Change::id)
				.sorted(Comparator.naturalOrder())
				.limit(query.limit())
				.forEach(ids::add);
			List<String> page = ids.stream().limit(query.limit()).toList();
			Map<String, Change> changes = changes(page);
			String next = (page.size() == query.limit()) ? page.get(page.size() - 1) : null;
			return depths(changes.values()).thenApply((depths) -> new TaskPage(page.stream()
				.map((id) -> TaskView.brief(seen.task(id, changes.get(id), depths)))
				.filter((task) -> TaskView.matches(task, query))
				.toList(), next, false, seen.workers(), seen.notes()));
		});
	}

	private <T> CompletionStage<T> look(@Nullable Slice page, @Nullable Set<String> ids,
			Predicate<Map<String, Answer>> enough, Function<Sighting, CompletionStage<T>> then) {
		return this.history.read().thenCompose((before) -> {
			long asked = System.nanoTime();
			return this.control.gather(page, ids, this.timeout, enough)
				.<Optional<Collection<Answer>>>thenApply(Optional::of)
				.exceptionally((failure) -> {
					logger.debug("Workers cannot be asked for what they do", failure);
					return Optional.empty();
				})
				.thenCompose((answers) -> this.history.read()
					.thenCompose((read) -> then.apply(new Sighting(this.history.index(), answers, asked, read))));
		});
	}

	/** Whoever has it, or had it last, knows as much of it as anybody. */
	private boolean isEnough(String id, Map<String, Answer> answers) {
		Change change = this.history.index().find(id);
		return TaskView.hasRunning(answers, id) || (change != null && change.worker() != null
				&& (change.isOver() || change.isRunning()) && answers.containsKey(change.worker().instance()));
	}

	/** Whether it may be one of those, wherever it is found to be. */
	private static boolean mayMatch(Change change, TaskQuery query) {
		Set<TaskState> wanted = query.states();
		return (query.after() == null || change.id().compareTo(query.after()) > 0)
				&& (query.queue() == null || query.queue().equals(change.queue()))
				&& (wanted.isEmpty() || wanted.contains(change.state())
						|| (!change.isOver() && wanted.contains(TaskState.UNKNOWN))
						|| (change.state() == TaskState.DELAYED && wanted.contains(TaskState.QUEUED)))
				&& (query.worker() == null
						|| (change.worker() != null && query.worker().equals(change.worker().instance())));
	}

	private Map<String, Change> changes(Collection<String> ids) {
		Map<String, Change> changes = new HashMap<>();
		for (String id : ids) {
			Change change = this.history.index().find(id);
			if (change != null) {
				changes.put(id, change);
			}
		}
		return changes;
	}

	/**
	 * What waits in the queues of those that are said to wait; null where nobody says.
	 */
	private CompletionStage<@Nullable Map<String, Depth>> depths(Collection<Change> changes) {
		Set<String> queues = changes.stream()
			.filter((change) -> change.state() == TaskState.QUEUED || change.state() == TaskState.DELAYED)
			.map(Change::queue)
			.collect(Collectors.toSet());
		QueueDepths depths = this.transport.capability(QueueDepths.class).orElse(null);
		if (queues.isEmpty() || depths == null) {
			return CompletableFuture.completedFuture(null);
		}
		return depths.depths(queues)
			.<@Nullable Map<String, Depth>>thenApply((found) -> found)
			.exceptionally((failure) -> {
				logger.debug("The transport cannot be asked for its queues", failure);
				return null;
			});
	}

}

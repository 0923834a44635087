package dev.kiwi.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.kiwi.TaskInfo;
import dev.kiwi.WorkerInfo;
import dev.kiwi.engine.ControlMessage.Answer;
import dev.kiwi.engine.ControlMessage.Ask;
import dev.kiwi.engine.ControlMessage.Slice;
import dev.kiwi.engine.ControlMessage.Worked;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of itself.
 */
final class LocalView {

	private final Traces traces;

	private final Supplier<WorkerInfo> self;

	private final Supplier<Map<String, Worked>> queues;

	private final @Nullable EventLog events;

	LocalView(Traces traces, Supplier<WorkerInfo> self, Supplier<Map<String, Worked>> queues,
			@Nullable EventLog events) {
		this.traces = traces;
		this.self = self;
		this.queues = queues;
		this.events = events;
	}

	WorkerInfo self() {
		return this.self.get();
	}

	Answer answer(Ask ask) {
		return new Answer(ask.id(), self(), tasks(ask.page(), ask.ids()), this.queues.get(),
				(this.events != null) ? this.events.unwritten() : null);
	}

	private List<TaskInfo> tasks(@Nullable Slice slice, @Nullable Set<String> ids) {
		if (ids != null) {
			return this.traces.all()
				.stream()
				.filter((trace) -> ids.contains(trace.id()))
				.map((trace) -> trace.info(self(), true))
				.toList();
		}
		if (slice == null) {
			return List.of();
		}
		return this.traces.all()
			.stream()
			.filter((trace) -> slice.after() == null || trace.id().compareTo(slice.after()) > 0)
			.map((trace) -> trace.info(self(), false))
			.filter((task) -> slice.queue() == null || slice.queue().equals(task.queue()))
			.sorted(Comparator.comparing(TaskInfo::id))
			.limit(slice.limit())
			.toList();
	}

}

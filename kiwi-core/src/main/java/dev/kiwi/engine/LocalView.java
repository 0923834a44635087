package dev.kiwi.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
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

	private final EngineContext context;

	private final Supplier<Map<String, Worked>> queues;

	private final @Nullable String application;

	private volatile @Nullable WorkerInfo self;

	LocalView(EngineContext context, Supplier<Map<String, Worked>> queues, @Nullable String application) {
		this.context = context;
		this.queues = queues;
		this.application = application;
	}

	WorkerInfo self() {
		WorkerInfo known = this.self;
		if (known == null) {
			known = new WorkerInfo(this.context.instance(), host(), ProcessHandle.current().pid(), this.application);
			this.self = known;
		}
		return known;
	}

	Answer answer(Ask ask) {
		return new Answer(ask.id(), self(), tasks(ask.page(), ask.ids()), this.queues.get());
	}

	private List<TaskInfo> tasks(@Nullable Slice slice, @Nullable Set<String> ids) {
		if (ids != null) {
			return this.context.traces()
				.all()
				.stream()
				.filter((trace) -> ids.contains(trace.id()))
				.map((trace) -> trace.info(self(), true))
				.toList();
		}
		if (slice == null) {
			return List.of();
		}
		return this.context.traces()
			.all()
			.stream()
			.filter((trace) -> slice.after() == null || trace.id().compareTo(slice.after()) > 0)
			.map((trace) -> trace.info(self(), false))
			.filter((task) -> slice.queue() == null || slice.queue().equals(task.queue()))
			.sorted(Comparator.comparing(TaskInfo::id))
			.limit(slice.limit())
			.toList();
	}

	/** What containers and shells say costs no look-up. */
	private static @Nullable String host() {
		String host = System.getenv("HOSTNAME");
		if (host != null && !host.isBlank()) {
			return host;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

}

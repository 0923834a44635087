package dev.kiwi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.kiwi.Subscription;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.Gap;
import dev.kiwi.transport.TaskEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what happened to tasks, from the first question on.
 */
final class TaskHistory {

	/** How long the first question may take, which reads all that is kept. */
	private static final Duration REPLAY = Duration.ofSeconds(10);

	/** How long every later one may take. */
	private static final Duration CATCH_UP = Duration.ofSeconds(2);

	private static final Logger logger = LoggerFactory.getLogger(TaskHistory.class);

	private final EngineContext context;

	private final TaskEvents events;

	private final EventIndex index;

	private final Map<String, CompletableFuture<Boolean>> marks = new ConcurrentHashMap<>();

	private @Nullable Subscription following;

	private volatile boolean replayed;

	TaskHistory(EngineContext context, TaskEvents events, int maxTasks) {
		this.context = context;
		this.events = events;
		this.index = new EventIndex(maxTasks, events.timeToLive());
	}

	EventIndex index() {
		return this.index;
	}

	/**
	 * Reads what was written before it was called.
	 * @return completes with whether all of that was read; never fails
	 */
	CompletableFuture<Boolean> read() {
		Subscription reading = follow();
		String name = this.context.newId();
		CompletableFuture<Boolean> read = new CompletableFuture<>();
		this.marks.put(name, read);
		read.whenComplete((done, failure) -> {
			this.marks.remove(name);
			// whoever could not wait that long waits for the rest as for what is new
			this.replayed = true;
		});
		try {
			Future<?> end = this.context.timer()
				.schedule(() -> this.context.executor().execute(() -> read.complete(false)),
						(this.replayed ? CATCH_UP : REPLAY).toMillis(), TimeUnit.MILLISECONDS);
			read.whenComplete((done, failure) -> end.cancel(false));
			reading.ready().exceptionally((failure) -> {
				read.complete(false);
				return null;
			});
			mark(name, read);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is read any more: the communicator closes", ex);
			read.complete(false);
		}
		return read;
	}

	private void mark(String name, CompletableFuture<Boolean> read) {
		this.events.append(TaskEvent.mark(name)).whenComplete((nothing, failure) -> {
			if (failure != null) {
				logger.debug("How far events are read is not known, as nothing can be written to them", failure);
				if (this.replayed) {
					read.complete(false);
				}
			}
		});
	}

	private synchronized Subscription follow() {
		Subscription present = this.following;
		if (present == null || present.ready().toCompletableFuture().isCompletedExceptionally()) {
			present = this.events.follow(Instant.now().minus(this.events.timeToLive()), this::heard);
			this.following = present;
		}
		return present;
	}

	private void heard(byte[] read) {
		try {
			TaskEvent event = TaskEvent.read(read);
			if (event != null) {
				heard(event);
			}
		}
		catch (RuntimeException ex) {
			logger.warn("An event of a task is not understood: is another version of kiwi at work?", ex);
		}
	}

	private void heard(TaskEvent event) {
		Change change = event.change();
		if (change != null) {
			this.index.add(change);
		}
		Gap gap = event.gap();
		if (gap != null) {
			this.index.add(gap);
		}
		CompletableFuture<Boolean> mark = (event.mark() != null) ? this.marks.get(event.mark()) : null;
		if (mark != null) {
			this.context.executor().execute(() -> mark.complete(true));
		}
	}

}

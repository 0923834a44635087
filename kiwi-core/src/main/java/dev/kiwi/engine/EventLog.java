package dev.kiwi.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.KiwiException;
import dev.kiwi.WorkerInfo;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.Gap;
import dev.kiwi.transport.TaskEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to tasks. It never fails one and hardly holds one up: what cannot
 * be written is counted, and whoever asks for tasks is told.
 */
final class EventLog {

	/** A few MB, and more than a worker does while its broker restarts. */
	private static final int MAX_UNCONFIRMED = 10_000;

	/** How long the end of a task may wait for its event, before no other does. */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	/** How often it is tried again where nothing can be written. */
	private static final Duration RETRY = Duration.ofSeconds(5);

	/** However often it breaks and goes on again. */
	private static final Duration SILENCE = Duration.ofMinutes(1);

	private static final Logger logger = LoggerFactory.getLogger(EventLog.class);

	private final EngineContext context;

	private final TaskEvents events;

	private final Supplier<WorkerInfo> self;

	private final AtomicInteger unconfirmed = new AtomicInteger();

	/** Whether somebody has waited in vain, since when nobody waits. */
	private volatile boolean slow;

	private boolean broken;

	/** By {@link System#nanoTime()}. */
	private long retryAt;

	/** Whether it was said that something is missing, and not yet that it is over. */
	private boolean warned;

	private long warnedAt = System.nanoTime() - SILENCE.toNanos();

	/** Not told to anybody yet. */
	private @Nullable Gap gap;

	EventLog(EngineContext context, TaskEvents events, Supplier<WorkerInfo> self) {
		this.context = context;
		this.events = events;
		this.self = self;
	}

	/** Whether anything can be written is said at the start. */
	void start() {
		// to look up the host's name may take a while, and no task is to wait for that
		this.context.executor().execute(this::self);
		append(TaskEvent.mark(this.context.instance())).whenComplete((nothing, failure) -> {
			if (failure != null) {
				failed(null, failure);
			}
		});
	}

	/** This process. */
	WorkerInfo self() {
		return this.self.get();
	}

	/** How many events were not written, that nobody is told of yet. */
	synchronized int unwritten() {
		return (this.gap != null) ? this.gap.count() : 0;
	}

	/** Writes, for nobody to wait for. */
	void write(Change change) {
		admit(change);
	}

	/**
	 * Writes what must be known before something else happens.
	 * @return completes when it is durable, when it is given up, or when that takes too
	 * long; never fails
	 */
	CompletableFuture<Void> writeFirst(Change change) {
		CompletableFuture<Void> written = admit(change);
		if (written.isDone() || this.slow) {
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> first = new CompletableFuture<>();
		try {
			Future<?> late = this.context.timer()
				.schedule(() -> this.context.executor().execute(() -> tooLate(first)), PATIENCE.toMillis(),
						TimeUnit.MILLISECONDS);
			written.whenComplete((nothing, failure) -> {
				late.cancel(false);
				first.complete(null);
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nobody waits for events any more: the communicator closes", ex);
			first.complete(null);
		}
		return first;
	}

	/** Waits for what is on its way, while that is. */
	void close() {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		synchronized (this.unconfirmed) {
			try {
				for (long left = PATIENCE.toMillis(); left > 0 && !this.slow
						&& this.unconfirmed.get() > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
					this.unconfirmed.wait(left);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void left() {
		if (this.unconfirmed.decrementAndGet() == 0) {
			synchronized (this.unconfirmed) {
				this.unconfirmed.notifyAll();
			}
		}
	}

	private void tooLate(CompletableFuture<Void> first) {
		if (!first.isDone()) {
			if (!this.slow) {
				this.slow = true;
				logger.warn("Events of tasks take longer than {} to be written: tasks end without waiting for them, "
						+ "and a worker that dies then may leave one that is not shown as over", PATIENCE);
			}
			first.complete(null);
		}
	}

	private CompletableFuture<Void> admit(Change change) {
		if (isRefused()) {
			missing(change);
			return CompletableFuture.completedFuture(null);
		}
		if (this.unconfirmed.incrementAndGet() > MAX_UNCONFIRMED) {
			this.unconfirmed.decrementAndGet();
			warn(new KiwiException(MAX_UNCONFIRMED + " of them wait for the server already"));
			missing(change);
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> appended = append(TaskEvent.of(change));
		appended.whenComplete((nothing, failure) -> {
			left();
			if (failure == null) {
				written();
			}
			else {
				failed(change, failure);
			}
		});
		return appended;
	}

	private CompletableFuture<Void> append(byte[] event) {
		try {
			return this.events.append(event);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Where nothing can be written only one event is tried, now and then. */
	private synchronized boolean isRefused() {
		if (!this.broken) {
			return false;
		}
		long now = System.nanoTime();
		if (now - this.retryAt < 0) {
			return true;
		}
		this.retryAt = now + RETRY.toNanos();
		return false;
	}

	private void written() {
		if (!this.slow && !this.broken && this.gap == null) {
			return;
		}
		Gap told;
		synchronized (this) {
			if (this.warned) {
				logger.info("Events of tasks are written again");
			}
			this.warned = false;
			this.broken = false;
			this.slow = false;
			told = this.gap;
			this.gap = null;
		}
		if (told != null) {
			append(TaskEvent.of(told)).whenComplete((nothing, failure) -> {
				if (failure != null) {
					missing(told);
				}
			});
		}
	}

	private void failed(@Nullable Change change, Throwable failure) {
		Throwable cause = Replies.unwrapped(failure);
		if (cause instanceof CommunicatorClosedException) {
			logger.debug("An event is not written: the communicator closes", cause);
			return;
		}
		synchronized (this) {
			this.broken = true;
			this.retryAt = System.nanoTime() + RETRY.toNanos();
		}
		warn(cause);
		if (change != null) {
			missing(change);
		}
	}

	private synchronized void warn(Throwable cause) {
		long now = System.nanoTime();
		if (!this.warned && now - this.warnedAt >= SILENCE.toNanos()) {
			this.warned = true;
			this.warnedAt = now;
			logger.warn("Events of tasks cannot be written, so the view of tasks is incomplete; trying again every "
					+ "{}: {}", RETRY, cause.getMessage());
		}
	}

	private void missing(Change change) {
		long now = System.currentTimeMillis();
		missing(new Gap(self(), 1, now, now));
		this.context.observer().happened(EngineEvent.EVENT_UNWRITTEN, MessageKind.TASK, change.queue());
	}

	private synchronized void missing(Gap more) {
		Gap before = this.gap;
		this.gap = (before == null) ? more : new Gap(before.worker(), before.count() + more.count(),
				Math.min(before.from(), more.from()), Math.max(before.until(), more.until()));
	}

}

package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a handler says while it works, gathered and told to the sender some times a
 * second.
 */
final class Reports {

	private static final Logger logger = LoggerFactory.getLogger(Reports.class);

	/** Four times a second looks alive to a person and costs a broker nothing. */
	private static final Duration INTERVAL = Duration.ofMillis(250);

	private static final int MAX_LINES = 100;

	private final EngineContext context;

	private final TaskDelivery delivery;

	private final String id;

	/** Empty for most tasks. */
	private final List<String> lines = new ArrayList<>(0);

	private int leftOut;

	private @Nullable Reply progress;

	private @Nullable Supplier<Reply> partial;

	private boolean scheduled;

	private boolean ended;

	private long lastFlush;

	Reports(EngineContext context, TaskDelivery delivery) {
		this.context = context;
		this.delivery = delivery;
		this.id = delivery.envelope().id();
		this.lastFlush = System.nanoTime() - INTERVAL.toNanos();
	}

	void progress(double fraction, @Nullable String message) {
		if (!(fraction >= 0 && fraction <= 1)) {
			throw new IllegalArgumentException(
					"The progress of task " + this.id + " is " + fraction + ", allowed is 0 to 1");
		}
		trace((trace) -> trace.progress(fraction, message));
		change(() -> this.progress = Replies.progress(this.id, fraction, message));
	}

	/** The handler has returned a stage, whose end is waited for. */
	void waiting() {
		trace(TaskTrace::waiting);
		if (this.delivery.envelope().replyTo() != null) {
			this.delivery.report(Replies.pending(this.id));
		}
	}

	void log(String line) {
		trace((trace) -> trace.log(line));
		change(() -> {
			this.lines.add(Replies.shortened(line));
			if (this.lines.size() > MAX_LINES) {
				this.lines.remove(0);
				this.leftOut++;
			}
		});
	}

	void partial(@Nullable Object value) {
		change(() -> this.partial = () -> this.context.replies().partial(this.delivery.envelope(), value));
	}

	/** Tells what was not told yet, and nothing more after that. */
	void end() {
		flush();
		synchronized (this.lines) {
			this.ended = true;
		}
	}

	private void trace(Consumer<TaskTrace> change) {
		TaskTrace trace = this.context.traces().running(this.id);
		if (trace != null) {
			change.accept(trace);
		}
	}

	private void change(Runnable change) {
		long wait;
		synchronized (this.lines) {
			if (this.ended || this.delivery.envelope().replyTo() == null) {
				return;
			}
			change.run();
			if (this.scheduled) {
				return;
			}
			this.scheduled = true;
			wait = this.lastFlush + INTERVAL.toNanos() - System.nanoTime();
		}
		try {
			this.context.timer()
				.schedule(() -> this.context.executor().execute(this::flush), Math.max(0, wait), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Task {} reports nothing more: the communicator closes", this.id, ex);
		}
	}

	/** Tells what was not told yet. */
	synchronized void flush() {
		List<Supplier<Reply>> reports = new ArrayList<>();
		synchronized (this.lines) {
			this.scheduled = false;
			if (this.ended) {
				return;
			}
			this.lastFlush = System.nanoTime();
			Reply latest = this.progress;
			if (latest != null) {
				reports.add(() -> latest);
				this.progress = null;
			}
			if (!this.lines.isEmpty()) {
				List<String> told = lines();
				reports.add(() -> this.context.replies().log(this.delivery.envelope(), told));
			}
			if (this.partial != null) {
				reports.add(this.partial);
				this.partial = null;
			}
		}
		reports.forEach(this::report);
	}

	private List<String> lines() {
		List<String> told = new ArrayList<>(this.lines);
		if (this.leftOut > 0) {
			told.add(0, "(" + this.leftOut + " lines left out)");
		}
		this.lines.clear();
		this.leftOut = 0;
		return told;
	}

	private void report(Supplier<Reply> report) {
		try {
			this.delivery.report(report.get());
		}
		catch (Throwable ex) {
			logger.warn("What task {} says of its way is not told", this.id, ex);
		}
	}

}

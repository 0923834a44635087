package dev.kiwi.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.kiwi.TaskInfo;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.engine.TaskEvent.Change;
import dev.kiwi.engine.TaskEvent.End;
import dev.kiwi.engine.TaskEvent.Order;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a worker does with a task. That it is begun is written before it is, and
 * how it ends is durable before the task is given up: whoever dies in between leaves a
 * task that comes again, later in {@link Order}.
 */
final class RecordedDelivery implements TaskDelivery {

	private final EngineContext context;

	private final EventLog log;

	private final RecordedTasks tasks;

	private final String queue;

	private final TaskDelivery delivery;

	private final String run;

	private final Order order;

	private volatile boolean begun;

	private volatile boolean settling;

	private volatile long since = System.currentTimeMillis();

	private volatile @Nullable String failure;

	private volatile @Nullable Change sampled;

	RecordedDelivery(EngineContext context, EventLog log, RecordedTasks tasks, String queue, TaskDelivery delivery) {
		this.context = context;
		this.log = log;
		this.tasks = tasks;
		this.queue = queue;
		this.delivery = delivery;
		this.run = context.newId();
		this.order = Order.of(delivery.envelope(), delivery.redeliveries());
	}

	@Override
	public Envelope envelope() {
		return this.delivery.envelope();
	}

	@Override
	public boolean isRedelivered() {
		return this.delivery.isRedelivered();
	}

	@Override
	public int redeliveries() {
		return this.delivery.redeliveries();
	}

	@Override
	public int crashes() {
		return this.delivery.crashes();
	}

	@Override
	public CompletionStage<Void> begin() {
		this.begun = true;
		this.since = System.currentTimeMillis();
		this.tasks.begun(this);
		this.log.write(change(TaskState.RUNNING, null, null));
		this.delivery.onOwnershipLost(this::lost);
		return this.delivery.begin();
	}

	@Override
	public CompletionStage<Settled> settle(Verdict verdict) {
		this.settling = true;
		this.tasks.ended(this);
		TaskInfo trace = trace(true);
		this.since = System.currentTimeMillis();
		return switch (HandlingOutcome.of(verdict, envelope())) {
			case RETRIED, REJECTED -> this.delivery.settle(verdict)
				.whenComplete((settled, unexpected) -> again(settled, (Verdict.Retry) verdict));
			case RELEASED -> {
				if (this.begun) {
					// whoever dies now leaves it in its queue, too
					this.log.write(change(TaskState.QUEUED, null, null));
				}
				yield this.delivery.settle(verdict);
			}
			default -> this.log.writeFirst(over(verdict, trace))
				.thenCompose((nothing) -> this.delivery.settle(verdict))
				.whenComplete((settled, unexpected) -> doubt(settled));
		};
	}

	@Override
	public void report(Reply reply) {
		if (reply.kind() == Reply.Kind.RETRYING) {
			this.failure = text(reply);
		}
		this.delivery.report(reply);
	}

	@Override
	public void onOwnershipLost(Runnable action) {
		this.delivery.onOwnershipLost(action);
	}

	@Override
	public void onCancelled(Runnable action) {
		this.delivery.onCancelled(action);
	}

	/** Writes how far the task is, if that has changed since the last time. */
	void sample() {
		TaskInfo trace = trace(false);
		if (trace == null || this.settling) {
			return;
		}
		Change last = this.sampled;
		boolean changed = (last == null) ? trace.progress() != null || trace.state() == TaskState.WAITING
				: trace.state() != last.state()
						|| (trace.progress() != null && !trace.progress().equals(last.progress()));
		if (changed) {
			Change now = change(trace.state(), trace.progress(), null);
			this.sampled = now;
			this.log.write(now);
		}
	}

	private @Nullable TaskInfo trace(boolean withLog) {
		TaskTrace trace = this.context.traces().running(envelope().id());
		return (trace != null) ? trace.info(this.log.self(), withLog) : null;
	}

	private void again(@Nullable Settled settled, Verdict.Retry retry) {
		if (settled == Settled.DONE) {
			this.tasks.placed(this.queue, retry.envelope(), retry.after(), this.failure);
		}
		else {
			doubt(settled);
		}
	}

	/** What was written of its end may not hold. */
	private void doubt(@Nullable Settled settled) {
		if (settled != Settled.DONE) {
			this.log.write(change(TaskState.UNKNOWN, null,
					"its worker lost its connection while it gave the task up: it is over, or is given out again"));
		}
	}

	private void lost() {
		this.tasks.ended(this);
		if (!this.settling) {
			this.log.write(change(TaskState.UNKNOWN, null,
					"its worker lost its connection while it ran: it is given out again"));
		}
	}

	private Change over(Verdict verdict, @Nullable TaskInfo trace) {
		Change change = change(state(verdict), (trace != null) ? trace.progress() : null, why(verdict));
		return change.with(End.of(result(verdict), (trace != null) ? trace.log() : List.of()));
	}

	private Change change(TaskState state, TaskUpdate.@Nullable Progress progress, @Nullable String text) {
		return new Change(envelope().id(), this.queue, state, this.since, System.currentTimeMillis(), this.order,
				this.order.attempts() + (this.begun ? 1 : 0), this.run, this.log.self(), null, progress, text, null);
	}

	private static TaskState state(Verdict verdict) {
		if (verdict instanceof Verdict.Complete complete) {
			return complete.outcome().kind().state();
		}
		return (verdict instanceof Verdict.Bury bury && bury.outcome().kind() == Reply.Kind.LOST) ? TaskState.LOST
				: TaskState.FAILED;
	}

	private static @Nullable String why(Verdict verdict) {
		if (verdict instanceof Verdict.Bury bury) {
			String reason = bury.envelope().headers().get(Headers.REASON);
			return (reason != null) ? Replies.shortened(reason, TaskTrace.LINE_LENGTH) : null;
		}
		return (verdict instanceof Verdict.Complete complete && complete.outcome().kind() != Reply.Kind.RESULT)
				? text(complete.outcome()) : null;
	}

	private static String result(Verdict verdict) {
		return (verdict instanceof Verdict.Complete complete && complete.outcome().kind() == Reply.Kind.RESULT)
				? new String(complete.outcome().body(), StandardCharsets.UTF_8) : "";
	}

	private static String text(Reply reply) {
		return Replies.shortened(new String(reply.body(), StandardCharsets.UTF_8), TaskTrace.LINE_LENGTH);
	}

}

package dev.kiwi.engine;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.kiwi.IncomingTask;
import dev.kiwi.TaskContext;
import dev.kiwi.TypeRef;
import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pulled task in the hands of the user.
 */
final class PulledTask implements IncomingTask {

	private static final Logger logger = LoggerFactory.getLogger(PulledTask.class);

	private final EngineContext context;

	private final TaskDelivery delivery;

	private final Envelope envelope;

	private final Verdicts verdicts;

	private final TaskSignals signals;

	private final Reports reports;

	private final String queue;

	private final InFlight settling;

	private final TaskCapabilities capabilities;

	private final JoinedCompletion completion;

	private final AtomicBoolean settled = new AtomicBoolean();

	private final Handling handling;

	PulledTask(EngineContext context, TaskCapabilities capabilities, String queue, TaskDelivery delivery,
			InFlight settling) {
		this.context = context;
		this.queue = queue;
		this.delivery = delivery;
		this.envelope = delivery.envelope();
		this.verdicts = new Verdicts(context, queue, delivery);
		this.signals = new TaskSignals(context::callback);
		this.reports = new Reports(context, delivery);
		this.settling = settling;
		this.capabilities = capabilities;
		this.completion = new JoinedCompletion(capabilities, delivery, this.verdicts, this.reports);
		delivery.onOwnershipLost(this.signals::lose);
		delivery.onCancelled(this.signals::cancel);
		this.handling = ObservedTask.begin(context, queue, delivery);
	}

	/**
	 * Begins, unless the task must not run, and is settled so.
	 * @return whether it begins
	 */
	boolean begin() {
		Verdict refusal = this.verdicts.refusal(this.signals);
		if (refusal != null) {
			settleOnce(refusal, null);
			return false;
		}
		this.delivery.begin();
		return true;
	}

	@Override
	public TaskContext context() {
		return new RunContext(this.queue, this.delivery, this.signals, this.reports, this.capabilities,
				this.completion);
	}

	@Override
	public <T> @Nullable T payload(TypeRef<T> type) {
		return this.context.payloads()
			.decode(this.envelope.body(), this.envelope.contentType(), type.type(),
					new Name("The payload of ", this.verdicts));
	}

	@Override
	public void complete(@Nullable Object result) {
		Verdict verdict = new Verdict.Complete(this.context.replies().result(this.envelope, result, this.verdicts));
		settleOnce(verdict, null);
	}

	@Override
	public void fail(Throwable cause) {
		settleOnce(this.signals.cancelled().isRaised() ? this.verdicts.cancelled(cause) : this.verdicts.failed(cause),
				cause);
	}

	@Override
	public void requeue() {
		settleOnce(this.verdicts.release(false), null);
	}

	@Override
	public void close() {
		if (this.settled.compareAndSet(false, true)) {
			settle(this.verdicts.release(false), null);
		}
	}

	private void settleOnce(Verdict verdict, @Nullable Throwable cause) {
		if (this.completion.isUnderWay() || !this.settled.compareAndSet(false, true)) {
			throw new IllegalStateException(this.verdicts.what() + " was completed, failed or requeued already");
		}
		settle(verdict, cause);
	}

	private void settle(Verdict verdict, @Nullable Throwable cause) {
		this.reports.end();
		boolean counted = this.settling.enter();
		this.completion.settled().thenCompose((joined) -> {
			if (JoinedCompletion.isFinal(joined)) {
				ended(joined, HandlingOutcome.SUCCEEDED, null);
				return this.completion.settled();
			}
			return this.delivery.settle(verdict)
				.whenComplete((outcome, failure) -> ended(outcome, HandlingOutcome.of(verdict, this.envelope), cause));
		}).whenComplete((outcome, failure) -> {
			if (counted) {
				this.settling.leave();
			}
		});
	}

	private void ended(Settled settled, HandlingOutcome outcome, @Nullable Throwable cause) {
		if (settled != Settled.DONE) {
			logger.warn("{} could not be settled ({}): the connection broke, any worker may get it again",
					this.verdicts.what(), settled);
		}
		ObservedTask.end(this.context.observer(), this.queue, this.handling,
				(settled == Settled.DONE) ? outcome : HandlingOutcome.OWNERSHIP_LOST, cause);
	}

}

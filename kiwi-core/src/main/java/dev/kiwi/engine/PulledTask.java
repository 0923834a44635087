package dev.kiwi.engine;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.kiwi.IncomingTask;
import dev.kiwi.TaskContext;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
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

	static final Verdict RELEASE = new Verdict.Release();

	private static final Logger logger = LoggerFactory.getLogger(PulledTask.class);

	private final EngineContext context;

	private final TaskDelivery delivery;

	private final Envelope envelope;

	private final String what;

	private final String queue;

	private final InFlight settling;

	private final AtomicBoolean settled = new AtomicBoolean();

	PulledTask(EngineContext context, String queue, TaskDelivery delivery, InFlight settling) {
		this.context = context;
		this.queue = queue;
		this.delivery = delivery;
		this.envelope = delivery.envelope();
		this.what = "Task " + this.envelope.id() + " on queue '" + queue + "'";
		this.settling = settling;
	}

	@Override
	public TaskContext context() {
		return new DeliveryContext(this.queue, this.delivery);
	}

	@Override
	public <T> @Nullable T payload(TypeRef<T> type) {
		return this.context.payloads()
			.decode(this.envelope.body(), this.envelope.contentType(), type.type(), "The payload of " + this.what);
	}

	@Override
	public void complete(@Nullable Object result) {
		Reply reply = (this.envelope.replyTo() != null)
				? this.context.replies().result(this.envelope.id(), result, this.what) : null;
		settleOnce(new Verdict.Complete(reply));
	}

	@Override
	public void fail(Throwable cause) {
		settleOnce(DeadLetters.bury(this.envelope, this.queue, cause));
	}

	@Override
	public void requeue() {
		settleOnce(RELEASE);
	}

	@Override
	public void close() {
		if (this.settled.compareAndSet(false, true)) {
			settle(RELEASE);
		}
	}

	private void settleOnce(Verdict verdict) {
		if (!this.settled.compareAndSet(false, true)) {
			throw new IllegalStateException(this.what + " was completed, failed or requeued already");
		}
		settle(verdict);
	}

	private void settle(Verdict verdict) {
		boolean counted = this.settling.enter();
		this.delivery.settle(verdict).whenComplete((outcome, failure) -> {
			if (counted) {
				this.settling.leave();
			}
			if (outcome != Settled.DONE) {
				logger.warn("{} could not be settled ({}): the connection broke, any worker may get it again",
						this.what, outcome, failure);
			}
		});
	}

}

package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.kiwi.UnroutableException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task in the hands of this process. What its verdict publishes is confirmed before it
 * is acknowledged.
 */
final class AmqpDelivery implements TaskDelivery {

	private static final Logger logger = LoggerFactory.getLogger(AmqpDelivery.class);

	private final Incoming incoming;

	private final Envelope envelope;

	private final TaskPublishing publishing;

	AmqpDelivery(Incoming incoming, Envelope envelope, TaskPublishing publishing) {
		this.incoming = incoming;
		this.envelope = envelope;
		this.publishing = publishing;
	}

	@Override
	public Envelope envelope() {
		return this.envelope;
	}

	@Override
	public boolean isRedelivered() {
		return this.incoming.isRedelivered();
	}

	@Override
	public void onOwnershipLost(Runnable action) {
		this.incoming.onLost(action);
	}

	@Override
	public void report(Reply reply) {
		if (this.envelope.replyTo() != null && !this.incoming.isLost()) {
			this.publishing.reply(this.envelope, reply).exceptionally((failure) -> {
				logger.debug("The sender of task {} did not hear {}", this.envelope.id(), reply.kind(), failure);
				return null;
			});
		}
	}

	@Override
	public CompletionStage<Settled> settle(Verdict verdict) {
		if (this.incoming.isLost() || !this.incoming.beginSettling()) {
			return CompletableFuture.completedStage(Settled.LOST_OWNERSHIP);
		}
		if (verdict instanceof Verdict.Release) {
			this.incoming.giveBack();
			return CompletableFuture.completedStage(Settled.DONE);
		}
		List<CompletableFuture<Void>> publishing = publish(verdict);
		if (publishing.isEmpty()) {
			return CompletableFuture.completedStage(acknowledge());
		}
		return CompletableFuture.allOf(publishing.toArray(CompletableFuture[]::new))
			.handle((nothing, failure) -> (failure == null) ? acknowledge() : unpublished(failure));
	}

	private List<CompletableFuture<Void>> publish(Verdict verdict) {
		List<CompletableFuture<Void>> publishing = new ArrayList<>();
		if (verdict instanceof Verdict.Complete complete) {
			addReply(publishing, complete.reply());
		}
		else if (verdict instanceof Verdict.Retry retry) {
			publishing.add(this.publishing.retry(retry.envelope(), retry.after()));
		}
		else if (verdict instanceof Verdict.Bury bury) {
			publishing.add(this.publishing.bury(bury.envelope()));
			addReply(publishing, bury.reply());
		}
		return publishing;
	}

	private void addReply(List<CompletableFuture<Void>> publishing, @Nullable Reply reply) {
		if (reply != null && this.envelope.replyTo() != null) {
			publishing.add(this.publishing.reply(this.envelope, reply).exceptionallyCompose(this::senderGone));
		}
	}

	/** A sender that never comes back must not hold up the task. */
	private CompletionStage<Void> senderGone(Throwable failure) {
		if (Failures.unwrapped(failure) instanceof UnroutableException) {
			logger.warn("The outcome of task {} reaches nobody: its sender {} is gone", this.envelope.id(),
					this.envelope.replyTo());
			return CompletableFuture.completedStage(null);
		}
		return CompletableFuture.failedStage(failure);
	}

	private Settled acknowledge() {
		if (this.incoming.isLost()) {
			return Settled.LOST_OWNERSHIP;
		}
		this.incoming.acknowledge();
		return Settled.DONE;
	}

	/** The task comes again, here or elsewhere: it must not be lost with its outcome. */
	private Settled unpublished(Throwable failure) {
		logger.warn("The outcome of task {} could not be published, the task is given back", this.envelope.id(),
				Failures.unwrapped(failure));
		this.incoming.giveBack();
		return Settled.UNKNOWN;
	}

}

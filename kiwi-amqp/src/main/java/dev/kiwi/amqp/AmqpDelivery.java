package dev.kiwi.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.kiwi.UnroutableException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
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

	private final Journal journal;

	private final int launch;

	/**
	 * Names the run of a task that was given out before, from its beginning to its end.
	 */
	private @Nullable String run;

	private Journal.@Nullable Watch watch;

	AmqpDelivery(Incoming incoming, Envelope envelope, TaskPublishing publishing, Journal journal) {
		this.incoming = incoming;
		this.envelope = envelope;
		this.publishing = publishing;
		this.journal = journal;
		this.launch = envelope.count(Headers.LAUNCH, 0);
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
	public int redeliveries() {
		return this.incoming.redeliveries();
	}

	@Override
	public int crashes() {
		return this.journal.crashes(this.envelope.id(), this.launch);
	}

	/** Costs nothing but where the task was given out before. */
	@Override
	public CompletionStage<Void> begin() {
		if (!isRedelivered()) {
			return CompletableFuture.completedStage(null);
		}
		String begun = UUID.randomUUID().toString();
		run(begun);
		this.incoming.onLost(this::survived);
		return this.journal.begun(this.envelope.id(), this.launch, begun).exceptionally((failure) -> {
			logger.warn("Task {} begins though that could not be noted: should its worker die, that is not counted",
					this.envelope.id(), Failures.unwrapped(failure));
			return null;
		});
	}

	@Override
	public void onOwnershipLost(Runnable action) {
		this.incoming.onLost(action);
	}

	@Override
	public void onCancelled(Runnable action) {
		Journal.Watch watching = this.journal.watch(this.envelope.id(), this.launch, action);
		this.watch = watching;
		this.incoming.onLost(() -> this.journal.unwatch(this.envelope.id(), watching));
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
		if (this.watch != null) {
			this.journal.unwatch(this.envelope.id(), this.watch);
		}
		survived();
		if (verdict instanceof Verdict.Release) {
			this.incoming.giveBack();
			return CompletableFuture.completedStage(Settled.DONE);
		}
		List<CompletableFuture<Void>> publishing = publish(verdict);
		if (publishing.isEmpty()) {
			return CompletableFuture.completedStage(acknowledge());
		}
		CompletableFuture<Void> published = (publishing.size() == 1) ? publishing.get(0)
				: CompletableFuture.allOf(publishing.toArray(CompletableFuture[]::new));
		return published.handle((nothing, failure) -> (failure == null) ? acknowledge() : unpublished(failure));
	}

	/** This process is still there: whatever becomes of the task, it did not kill it. */
	private void survived() {
		String begun = run(null);
		if (begun != null) {
			this.journal.survived(this.envelope.id(), this.launch, begun);
		}
	}

	private synchronized @Nullable String run(@Nullable String next) {
		String former = this.run;
		this.run = next;
		return former;
	}

	private List<CompletableFuture<Void>> publish(Verdict verdict) {
		List<CompletableFuture<Void>> publishing = new ArrayList<>(2);
		if (verdict instanceof Verdict.Complete complete) {
			addReply(publishing, complete.outcome());
		}
		else if (verdict instanceof Verdict.Retry retry) {
			publishing.add(this.publishing.retry(retry.envelope(), retry.after()));
		}
		else if (verdict instanceof Verdict.Bury bury) {
			publishing.add(this.publishing.bury(bury.envelope()));
			addReply(publishing, bury.outcome());
		}
		return publishing;
	}

	private void addReply(List<CompletableFuture<Void>> publishing, Reply reply) {
		if (this.envelope.replyTo() != null) {
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

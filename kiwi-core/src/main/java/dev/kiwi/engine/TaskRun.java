package dev.kiwi.engine;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.kiwi.PayloadException;
import dev.kiwi.TaskRejectedException;
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
 * One delivery on its way through the subscribers of a queue to its verdict.
 */
final class TaskRun {

	private static final Logger logger = LoggerFactory.getLogger(TaskRun.class);

	private final EngineContext context;

	private final String queue;

	private final TaskDelivery delivery;

	private final Envelope envelope;

	private final String what;

	private final Object monitor = new Object();

	private boolean lost;

	private @Nullable Thread handling;

	TaskRun(EngineContext context, String queue, TaskDelivery delivery) {
		this.context = context;
		this.queue = queue;
		this.delivery = delivery;
		this.envelope = delivery.envelope();
		this.what = "Task " + this.envelope.id() + " on queue '" + queue + "'";
		delivery.onOwnershipLost(this::lost);
	}

	TaskDelivery delivery() {
		return this.delivery;
	}

	/**
	 * Offers the task to one subscriber after the other and settles it by what came of
	 * it.
	 * @param subscribers in the order to try them
	 * @return completes when no handler works on the task any more
	 */
	CompletionStage<?> execute(List<TaskSubscriber<?>> subscribers) {
		return offer(subscribers.iterator(), false);
	}

	private CompletionStage<?> offer(Iterator<TaskSubscriber<?>> subscribers, boolean rejected) {
		while (subscribers.hasNext()) {
			TaskSubscriber<?> subscriber = subscribers.next();
			if (subscriber.inFlight().enter()) {
				return attempt(subscriber, subscribers);
			}
		}
		settle(rejected ? rejected() : new Verdict.Release());
		return CompletableFuture.completedStage(null);
	}

	private CompletionStage<?> attempt(TaskSubscriber<?> subscriber, Iterator<TaskSubscriber<?>> others) {
		if (!begin()) {
			subscriber.inFlight().leave();
			return CompletableFuture.completedStage(null);
		}
		CompletionStage<@Nullable Object> outcome;
		try {
			outcome = call(subscriber);
		}
		finally {
			end();
		}
		return outcome.handle((result, failure) -> {
			if (failure != null && Replies.unwrapped(failure) instanceof TaskRejectedException) {
				subscriber.inFlight().leave();
				return offer(others, true);
			}
			outcome(result, failure).whenComplete((settled, ignored) -> subscriber.inFlight().leave());
			return CompletableFuture.completedStage(null);
		}).thenCompose((rest) -> rest);
	}

	private <T> CompletionStage<@Nullable Object> call(TaskSubscriber<T> subscriber) {
		try {
			T payload = this.context.payloads()
				.decode(this.envelope.body(), this.envelope.contentType(), subscriber.payloadType().type(),
						"The payload of " + this.what);
			Object result = subscriber.handler().handle(payload, new DeliveryContext(this.queue, this.delivery));
			if (result instanceof CompletionStage<?> stage) {
				if (!stage.toCompletableFuture().isDone() && this.envelope.replyTo() != null) {
					this.delivery.report(Replies.pending(this.envelope.id()));
				}
				return stage.thenApply((value) -> value);
			}
			return CompletableFuture.completedStage(result);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	private CompletionStage<Settled> outcome(@Nullable Object result, @Nullable Throwable failure) {
		if (isLost()) {
			logger.warn("What became of {} is dropped ({}): its connection broke, and any worker may get it again",
					this.what, (failure != null) ? Replies.unwrapped(failure).toString() : "it was finished");
			return CompletableFuture.completedStage(Settled.LOST_OWNERSHIP);
		}
		return settle(verdict(result, failure));
	}

	private Verdict verdict(@Nullable Object result, @Nullable Throwable failure) {
		if (failure == null) {
			if (this.envelope.replyTo() == null) {
				return new Verdict.Complete(null);
			}
			try {
				return new Verdict.Complete(this.context.replies().result(this.envelope.id(), result, this.what));
			}
			catch (PayloadException ex) {
				return failed(ex);
			}
		}
		Throwable cause = Replies.unwrapped(failure);
		if (Replies.isCancellation(cause)) {
			return new Verdict.Complete(forSender(Replies.cancelled(this.envelope.id(), cause)));
		}
		return failed(cause);
	}

	private Verdict failed(Throwable cause) {
		logger.warn("{} failed and is kept as a dead letter", this.what, cause);
		return DeadLetters.bury(this.envelope, this.queue, cause);
	}

	private Verdict rejected() {
		QueueSettings settings = this.context.settings().queue(this.queue);
		int rejections = this.envelope.count(Headers.REJECTIONS, 0) + 1;
		if (rejections <= settings.maxRejections()) {
			return new Verdict.Retry(this.envelope.withHeader(Headers.REJECTIONS, Integer.toString(rejections)),
					settings.rejectionBackoff().after(rejections));
		}
		logger.warn("{} was rejected {} times by all subscribers and is kept as a dead letter", this.what, rejections);
		return DeadLetters.bury(this.envelope, this.queue, new TaskRejectedException(this.what + " was rejected "
				+ rejections + " times by every subscriber that it was offered to; it is kept as a dead letter"));
	}

	private @Nullable Reply forSender(Reply reply) {
		return (this.envelope.replyTo() != null) ? reply : null;
	}

	private CompletionStage<Settled> settle(Verdict verdict) {
		return this.delivery.settle(verdict).whenComplete((settled, failure) -> {
			if (settled != Settled.DONE) {
				logger.warn("The outcome of {} is {}: the connection broke, the task may be run again by any worker",
						this.what, settled, failure);
			}
		});
	}

	private boolean begin() {
		synchronized (this.monitor) {
			if (!this.lost) {
				this.handling = Thread.currentThread();
			}
			return !this.lost;
		}
	}

	private void end() {
		synchronized (this.monitor) {
			this.handling = null;
			// an interrupt meant for this task must not reach the next one on this thread
			Thread.interrupted();
		}
	}

	private boolean isLost() {
		synchronized (this.monitor) {
			return this.lost;
		}
	}

	private void lost() {
		synchronized (this.monitor) {
			this.lost = true;
			if (this.handling != null) {
				this.handling.interrupt();
			}
		}
	}

}

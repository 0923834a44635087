package dev.kiwi.engine;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

import dev.kiwi.KiwiException;
import dev.kiwi.TaskRejectedException;
import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
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

	private final TaskSignals signals;

	private final Reports reports;

	private final Verdicts verdicts;

	private final TaskCapabilities capabilities;

	private final JoinedCompletion completion;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private @Nullable Handling handling;

	TaskRun(EngineContext context, TaskCapabilities capabilities, String queue, TaskDelivery delivery) {
		this.context = context;
		this.queue = queue;
		this.delivery = delivery;
		this.envelope = delivery.envelope();
		this.signals = new TaskSignals(context::callback);
		this.reports = new Reports(context, delivery);
		this.verdicts = new Verdicts(context, queue, delivery);
		this.capabilities = capabilities;
		this.completion = new JoinedCompletion(capabilities, delivery, this.verdicts, this.reports);
		delivery.onOwnershipLost(this.signals::lose);
		delivery.onCancelled(this.signals::cancel);
	}

	String id() {
		return this.envelope.id();
	}

	String queue() {
		return this.queue;
	}

	/** Completes when no handler here works on the task any more. */
	CompletableFuture<Void> ended() {
		return this.ended;
	}

	/** Whether it killed a worker before. */
	boolean isSuspect() {
		return this.delivery.crashes() > 0;
	}

	/** What the watchdog sees of it. */
	TaskSignals signals() {
		return this.signals;
	}

	/** How the watchdog tells of it. */
	StuckTask stuck(Duration silent) {
		return new StuckTask(id(), this.queue, this.envelope.count(Headers.ATTEMPTS, 0) + 1, silent);
	}

	/** Interrupts the handler, so that somebody else can have the task. */
	void stop() {
		this.signals.stop();
	}

	/** Gives the task back, not begun. */
	void giveBack() {
		this.delivery.settle(this.verdicts.release(false));
	}

	/**
	 * Settles the task without running it, if it must not run.
	 * @return whether that is so
	 */
	boolean isRefused() {
		Verdict refusal = this.verdicts.refusal(this.signals);
		if (refusal != null) {
			settle(refusal, null);
		}
		return refusal != null;
	}

	/**
	 * Offers the task to one subscriber after the other and settles it by what came of
	 * it.
	 * @param subscribers in the order to try them
	 * @return completes when no handler works on the task any more; null where none does
	 */
	@Nullable CompletionStage<?> execute(List<TaskSubscriber<?>> subscribers) {
		CompletionStage<Void> begun = this.delivery.begin();
		if (begun.toCompletableFuture().isDone()) {
			return offer(subscribers.iterator(), false);
		}
		return begun.thenComposeAsync((nothing) -> orDone(offer(subscribers.iterator(), false)),
				this.context.executor());
	}

	private @Nullable CompletionStage<?> offer(Iterator<TaskSubscriber<?>> subscribers, boolean rejected) {
		while (subscribers.hasNext()) {
			TaskSubscriber<?> subscriber = subscribers.next();
			if (subscriber.inFlight().enter()) {
				return attempt(subscriber, subscribers);
			}
		}
		settle(rejected ? this.verdicts.rejected() : this.verdicts.release(false), null);
		return null;
	}

	private @Nullable CompletionStage<?> attempt(TaskSubscriber<?> subscriber, Iterator<TaskSubscriber<?>> others) {
		if (!this.signals.begin()) {
			subscriber.inFlight().leave();
			if (!isRefused()) {
				settle(this.verdicts.release(false), null);
			}
			return null;
		}
		Object result = null;
		Throwable failure = null;
		try {
			result = call(subscriber);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finally {
			this.signals.end();
		}
		if (result instanceof CompletionStage<?> stage) {
			return stage
				.<CompletionStage<?>>handle((value, failed) -> (failed == null)
						? handled(subscriber, others, value, null) : handledElsewhere(subscriber, others, failed))
				.thenCompose(TaskRun::orDone);
		}
		return handled(subscriber, others, result, failure);
	}

	/** Who is next may block, and the thread that completed the stage is not kiwi's. */
	private CompletionStage<?> handledElsewhere(TaskSubscriber<?> subscriber, Iterator<TaskSubscriber<?>> others,
			Throwable failure) {
		return CompletableFuture.completedStage(null)
			.thenComposeAsync((nothing) -> orDone(handled(subscriber, others, null, failure)), this.context.executor());
	}

	private static CompletionStage<?> orDone(@Nullable CompletionStage<?> stage) {
		return (stage != null) ? stage : CompletableFuture.completedStage(null);
	}

	/** A handler has ended, and its transaction is about to. */
	private @Nullable CompletionStage<?> handled(TaskSubscriber<?> subscriber, Iterator<TaskSubscriber<?>> others,
			@Nullable Object result, @Nullable Throwable failure) {
		CompletableFuture<Settled> joined = this.completion.settled();
		if (joined.isDone()) {
			return ended(subscriber, others, joined.join(), result, failure);
		}
		return joined.thenCompose((settled) -> orDone(ended(subscriber, others, settled, result, failure)));
	}

	/** What comes next, once a handler has ended, and its transaction with it. */
	private @Nullable CompletionStage<?> ended(TaskSubscriber<?> subscriber, Iterator<TaskSubscriber<?>> others,
			Settled joined, @Nullable Object result, @Nullable Throwable failure) {
		if (JoinedCompletion.isFinal(joined)) {
			this.reports.end();
			completed(joined, failure);
			subscriber.inFlight().leave();
			return null;
		}
		if (failure != null && Replies.unwrapped(failure) instanceof TaskRejectedException) {
			subscriber.inFlight().leave();
			return offer(others, true);
		}
		this.reports.end();
		Throwable doubt = (failure == null && joined == Settled.UNKNOWN)
				? new KiwiException(
						"How the transaction ended that was to complete " + this.verdicts.what() + " is not known")
				: failure;
		outcome(result, doubt).whenComplete((settled, ignored) -> subscriber.inFlight().leave());
		return null;
	}

	/**
	 * It was ended with a transaction of the handler's, whatever the handler did then.
	 */
	private void completed(Settled joined, @Nullable Throwable failure) {
		if (joined == Settled.DONE && failure != null) {
			logger.warn("{} was completed in a transaction before its handler failed: it stays completed",
					this.verdicts.what(), Replies.unwrapped(failure));
		}
		end((joined == Settled.DONE) ? HandlingOutcome.SUCCEEDED : HandlingOutcome.OWNERSHIP_LOST, failure);
	}

	private <T> @Nullable Object call(TaskSubscriber<T> subscriber) throws Exception {
		RunContext run = new RunContext(this.queue, this.delivery, this.signals, this.reports, this.capabilities,
				this.completion);
		HandlerScope scope = HandlerScope.task(handling(), this.queue, id(), run.attempt());
		try {
			T payload = this.context.payloads()
				.decode(this.envelope.body(), this.envelope.contentType(), subscriber.payloadType().type(),
						new Name("The payload of ", this.verdicts));
			Object result = subscriber.handler().handle(payload, run);
			if (result instanceof CompletionStage<?> stage) {
				this.signals.finishing(stage);
				if (!stage.toCompletableFuture().isDone()) {
					this.reports.waiting();
				}
			}
			return result;
		}
		finally {
			scope.close();
		}
	}

	private CompletionStage<Settled> outcome(@Nullable Object result, @Nullable Throwable failure) {
		if (this.signals.lost().isRaised()) {
			logger.warn("What became of {} is dropped ({}): its connection broke, and any worker may get it again",
					this.verdicts.what(),
					(failure != null) ? Replies.unwrapped(failure).toString() : "it was finished");
			end(HandlingOutcome.OWNERSHIP_LOST, failure);
			return CompletableFuture.completedStage(Settled.LOST_OWNERSHIP);
		}
		return settle(verdict(result, failure), failure);
	}

	/** Whatever goes wrong here, the task is not left in the hands of nobody. */
	private Verdict verdict(@Nullable Object result, @Nullable Throwable failure) {
		try {
			return (failure != null) ? failed(Replies.unwrapped(failure)) : this.verdicts.succeeded(result);
		}
		catch (Throwable ex) {
			return this.verdicts.failedForGood(ex);
		}
	}

	private Verdict failed(Throwable cause) {
		if (this.signals.cancelled().isRaised()) {
			return this.verdicts.cancelled(cause);
		}
		if (this.signals.stopped().isRaised()) {
			logger.info("{} was stopped ({}) and goes to another worker", this.verdicts.what(), cause.toString());
			return this.verdicts.release(true);
		}
		TimeoutException stuck = this.signals.stuck();
		if (stuck != null) {
			stuck.addSuppressed(cause);
			return this.verdicts.failed(stuck);
		}
		return Replies.isCancellation(cause) ? this.verdicts.cancelled(cause) : this.verdicts.failed(cause);
	}

	private CompletionStage<Settled> settle(Verdict verdict, @Nullable Throwable failure) {
		handling();
		return settled(verdict).whenComplete((settled, unexpected) -> {
			if (settled != Settled.DONE) {
				logger.warn("The outcome of {} is {}: the connection broke, the task may be run again by any worker",
						this.verdicts.what(), settled, unexpected);
			}
			end((settled == Settled.DONE) ? HandlingOutcome.of(verdict, this.envelope) : HandlingOutcome.OWNERSHIP_LOST,
					failure);
		});
	}

	/** Whatever goes wrong there, its subscriber is done with it. */
	private CompletionStage<Settled> settled(Verdict verdict) {
		try {
			return this.delivery.settle(verdict);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	/** From the first call on the observer sees the task. */
	private Handling handling() {
		Handling begun = this.handling;
		if (begun == null) {
			begun = ObservedTask.begin(this.context, this.queue, this.delivery);
			this.handling = begun;
		}
		return begun;
	}

	private void end(HandlingOutcome outcome, @Nullable Throwable failure) {
		ObservedTask.end(this.context.observer(), this.queue, handling(), outcome,
				(failure != null) ? Replies.unwrapped(failure) : null);
	}

}

package dev.kiwi.engine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiException;
import dev.kiwi.PayloadException;
import dev.kiwi.TaskFailedException;
import dev.kiwi.TaskLostException;
import dev.kiwi.TaskRejectedException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of one task.
 */
final class Verdicts {

	private static final Verdict RELEASE = new Verdict.Release();

	private static final Logger logger = LoggerFactory.getLogger(Verdicts.class);

	private static final int MAX_TRACE = 8_000;

	private final EngineContext context;

	private final QueueSettings settings;

	private final String queue;

	private final TaskDelivery delivery;

	private final Envelope task;

	Verdicts(EngineContext context, String queue, TaskDelivery delivery) {
		this.context = context;
		this.settings = context.settings().queue(queue);
		this.queue = queue;
		this.delivery = delivery;
		this.task = delivery.envelope();
	}

	/**
	 * Gives the task to another worker. One that is to run at most once and was not begun
	 * goes as a copy: given back it would be taken for lost.
	 * @param begun whether a handler may have done something
	 */
	Verdict release(boolean begun) {
		return (this.settings.guarantee() == DeliveryGuarantee.AT_MOST_ONCE && !begun)
				? new Verdict.Retry(this.task, Duration.ZERO) : RELEASE;
	}

	@Override
	public String toString() {
		return what();
	}

	/** What logs and errors call the task. */
	String what() {
		return "Task " + this.task.id() + " on queue '" + this.queue + "'";
	}

	/**
	 * Whether the task must not begin at all.
	 * @return what becomes of it instead, or null
	 */
	@Nullable Verdict refusal(TaskSignals signals) {
		if (signals.cancelled().isRaised()) {
			return cancelled(new CancellationException("Cancelled before it began"));
		}
		if (Identifiers.isOverloaded(this.task.headers())) {
			KiwiException reason = new KiwiException(what() + " is refused, and kept without its headers: together "
					+ "they have more than " + Identifiers.RECEIVED_HEADER_BYTES
					+ " bytes. Put what is long into the payload; their names are "
					+ Replies.shortened(this.task.headers().keySet().toString()));
			return bury(this.task.withHeaders(Map.of()), reason, Replies.exception(this.task.id(), reason));
		}
		long now = System.currentTimeMillis();
		if (Times.read(this.task, Headers.EXPIRES, Long.MAX_VALUE) <= now) {
			return new Verdict.Complete(Replies.text(this.task.id(), Reply.Kind.EXPIRED,
					this.delivery.isRedelivered() ? "its worker was lost, and its time to live has passed"
							: "no worker began it within its time to live"));
		}
		if (this.settings.guarantee() == DeliveryGuarantee.AT_MOST_ONCE && this.delivery.isRedelivered()) {
			String reason = what() + " is lost: the worker that had it is gone, and the queue's tasks run at "
					+ "most once (delivery: at-most-once)";
			return bury(new TaskLostException(reason), Replies.text(this.task.id(), Reply.Kind.LOST, reason));
		}
		if (this.delivery.crashes() >= this.settings.maxCrashes()) {
			return failedForGood(new KiwiException(what() + " is poisonous: its worker died " + this.delivery.crashes()
					+ " times while it ran (max-crashes: " + this.settings.maxCrashes() + ")"));
		}
		return null;
	}

	Verdict succeeded(@Nullable Object result) {
		try {
			return completed(result);
		}
		catch (PayloadException ex) {
			return failed(ex);
		}
	}

	/**
	 * The end, with a result.
	 * @throws PayloadException if nobody could read it
	 */
	Verdict.Complete completed(@Nullable Object result) {
		return new Verdict.Complete(
				(this.task.replyTo() != null) ? this.context.replies().result(this.task, result, this)
						: Replies.text(this.task.id(), Reply.Kind.RESULT, ""));
	}

	Verdict cancelled(Throwable cancellation) {
		return new Verdict.Complete(Replies.cancelled(this.task.id(), cancellation));
	}

	/** Another attempt, or none. */
	Verdict failed(Throwable cause) {
		int attempt = this.task.count(Headers.ATTEMPTS, 0) + 1;
		Map<String, String> headers = new HashMap<>(this.task.headers());
		headers.put(Headers.ATTEMPTS, Integer.toString(attempt));
		// it was begun in time
		headers.remove(Headers.EXPIRES);
		Envelope tried = this.task.withHeaders(headers);
		Duration after = retryAfter(cause, attempt);
		if (after == null) {
			return bury(tried, cause, Replies.exception(this.task.id(), cause));
		}
		logger.info("Attempt {} of {} failed ({}), the next one follows in {}", attempt, what(), cause.toString(),
				after);
		this.delivery.report(Replies.retrying(this.task.id(), attempt, after, cause));
		return new Verdict.Retry(tried, after);
	}

	/** Every subscriber has left it to others. */
	Verdict rejected() {
		int rejections = this.task.count(Headers.REJECTIONS, 0) + 1;
		boolean again = rejections <= this.settings.maxRejections()
				&& this.settings.guarantee() == DeliveryGuarantee.AT_LEAST_ONCE;
		if (again) {
			return new Verdict.Retry(this.task.withHeader(Headers.REJECTIONS, Integer.toString(rejections)),
					this.settings.rejectionBackoff().after(rejections));
		}
		return failedForGood(new TaskRejectedException(what() + " was rejected " + rejections
				+ " times by every subscriber that it was offered to; it is kept as a dead letter"));
	}

	private @Nullable Duration retryAfter(Throwable cause, int attempt) {
		// what cannot be read now will not be readable later
		if (attempt >= this.settings.retry().maxAttempts() || cause instanceof PayloadException) {
			return null;
		}
		return (cause instanceof TaskFailedException failed) ? failed.retryAfter()
				: this.settings.retry().backoff().after(attempt);
	}

	/** No further attempt. */
	Verdict failedForGood(Throwable reason) {
		return bury(reason, Replies.exception(this.task.id(), reason));
	}

	private Verdict bury(Throwable reason, Reply outcome) {
		return bury(this.task, reason, outcome);
	}

	private Verdict bury(Envelope kept, Throwable reason, Reply outcome) {
		logger.warn("{} is kept as a dead letter", what(), reason);
		Map<String, String> headers = new HashMap<>(kept.headers());
		headers.put(Headers.QUEUE, this.queue);
		headers.put(Headers.REASON, Replies.shortened(reason.toString()));
		headers.put(Headers.ERROR_TYPE, reason.getClass().getName());
		headers.put(Headers.STACK_TRACE, trace(reason));
		headers.put(Headers.BURIED, Long.toString(System.currentTimeMillis()));
		return new Verdict.Bury(kept.withHeaders(headers), outcome);
	}

	private static String trace(Throwable reason) {
		StringWriter text = new StringWriter();
		reason.printStackTrace(new PrintWriter(text));
		return Replies.shortened(text.toString(), MAX_TRACE);
	}

}

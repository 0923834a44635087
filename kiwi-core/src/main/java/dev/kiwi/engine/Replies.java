package dev.kiwi.engine;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.kiwi.KiwiException;
import dev.kiwi.RemoteException;
import dev.kiwi.TaskExpiredException;
import dev.kiwi.TaskLostException;
import dev.kiwi.TaskUpdate;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes to replies and back.
 */
final class Replies {

	private static final String TEXT = "text/plain";

	private static final int MAX_TEXT = 4_000;

	private static final TypeRef<List<String>> LINES = new TypeRef<>() {
	};

	private final Payloads payloads;

	Replies(Payloads payloads) {
		this.payloads = payloads;
	}

	Reply result(Envelope request, @Nullable Object result, Object what) {
		return answer(request, Reply.Kind.RESULT, result, new Name("The result of ", what));
	}

	private Reply answer(Envelope request, Reply.Kind kind, @Nullable Object payload, Object what) {
		String contentType = this.payloads.contentTypeFor(request.contentType());
		return new Reply(request.id(), kind, contentType, Map.of(), this.payloads.encode(payload, contentType, what));
	}

	static Reply exception(String id, Throwable failure) {
		return text(id, Reply.Kind.EXCEPTION, Map.of(Headers.ERROR_TYPE, failure.getClass().getName()), text(failure));
	}

	static Reply cancelled(String id, Throwable cancellation) {
		String reason = cancellation.getMessage();
		return text(id, Reply.Kind.CANCELLED, (reason != null) ? reason : "");
	}

	static Reply text(String id, Reply.Kind kind, String text) {
		return text(id, kind, Map.of(), text);
	}

	private static Reply text(String id, Reply.Kind kind, Map<String, String> headers, String text) {
		return new Reply(id, kind, TEXT, headers, shortened(text).getBytes(StandardCharsets.UTF_8));
	}

	static Reply retrying(String id, int attempt, Duration after, Throwable cause) {
		return text(id, Reply.Kind.RETRYING,
				Map.of(Headers.ATTEMPT, Integer.toString(attempt), Headers.AFTER, Long.toString(after.toMillis())),
				cause.toString());
	}

	static Reply progress(String id, double fraction, @Nullable String message) {
		return text(id, Reply.Kind.PROGRESS, Map.of(Headers.FRACTION, Double.toString(fraction)),
				(message != null) ? message : "");
	}

	Reply log(Envelope task, List<String> lines) {
		return answer(task, Reply.Kind.LOG, lines, "What task " + task.id() + " logged");
	}

	Reply partial(Envelope task, @Nullable Object value) {
		return answer(task, Reply.Kind.PARTIAL, value, "A partial result of task " + task.id());
	}

	static Reply pending(String id) {
		return new Reply(id, Reply.Kind.PENDING, null, Map.of(), new byte[0]);
	}

	/**
	 * Completes a future with what a final reply says.
	 */
	<R> void complete(CompletableFuture<R> future, Reply reply, Type type, Object what) {
		switch (reply.kind()) {
			case RESULT -> completeWithResult(future, reply, type, what);
			case EXCEPTION -> future.completeExceptionally(
					new RemoteException(what + " failed: " + text(reply), reply.headers().get(Headers.ERROR_TYPE)));
			case CANCELLED -> future.cancel(false);
			case EXPIRED -> future.completeExceptionally(new TaskExpiredException(what + " expired: " + text(reply)));
			case LOST -> future.completeExceptionally(new TaskLostException(text(reply)));
			default -> {
				// the end follows
			}
		}
	}

	/** What a reply says that ends nothing. */
	TaskUpdate update(Reply reply) {
		return switch (reply.kind()) {
			case RETRYING -> new TaskUpdate.Retrying((int) number(reply, Headers.ATTEMPT), text(reply),
					Duration.ofMillis((long) number(reply, Headers.AFTER)));
			case PROGRESS -> new TaskUpdate.Progress(number(reply, Headers.FRACTION),
					(reply.body().length > 0) ? text(reply) : null);
			case LOG -> new TaskUpdate.Log(this.payloads.<List<String>>decode(reply.body(), reply.contentType(),
					LINES.type(), "What task " + reply.correlationId() + " logged"));
			case PARTIAL -> new PartialResult(this.payloads, reply);
			default -> new TaskUpdate.Pending();
		};
	}

	private static double number(Reply reply, String header) {
		try {
			return Double.parseDouble(reply.headers().getOrDefault(header, "0"));
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	private static String text(Reply reply) {
		return new String(reply.body(), StandardCharsets.UTF_8);
	}

	private <R> void completeWithResult(CompletableFuture<R> future, Reply reply, Type type, Object what) {
		R result;
		try {
			if (type != Void.class && TEXT.equals(reply.contentType()) && !this.payloads.isKnown(TEXT)) {
				throw new KiwiException(what + " was done; it was sent without a result type, so what its handler "
						+ "returned is not kept. Follow it as Void where only the end matters");
			}
			result = (type != Void.class)
					? this.payloads.decode(reply.body(), reply.contentType(), type, new Name("The result of ", what))
					: null;
		}
		catch (Throwable ex) {
			future.completeExceptionally(ex);
			return;
		}
		future.complete(result);
	}

	static boolean isCancellation(Throwable failure) {
		return failure instanceof CancellationException;
	}

	static Throwable unwrapped(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	private static String text(Throwable failure) {
		String message = failure.getMessage();
		return shortened((message != null && !message.isEmpty()) ? message : failure.getClass().getName());
	}

	/** An exception's text may be of any length, what carries it is not. */
	static String shortened(String text) {
		return shortened(text, MAX_TEXT);
	}

	static String shortened(String text, int length) {
		return (text.length() > length) ? text.substring(0, length) + "…" : text;
	}

	/**
	 * A result so far.
	 */
	private record PartialResult(Payloads payloads, Reply reply) implements TaskUpdate.Partial {

		@Override
		public <T> @Nullable T value(TypeRef<T> type) {
			return this.payloads.decode(this.reply.body(), this.reply.contentType(), type.type(),
					"A partial result of task " + this.reply.correlationId());
		}

	}

}

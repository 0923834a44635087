package dev.kiwi.engine;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.kiwi.RemoteException;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes to replies and back.
 */
final class Replies {

	private static final String TEXT = "text/plain";

	private static final int MAX_TEXT = 4_000;

	private final Payloads payloads;

	Replies(Payloads payloads) {
		this.payloads = payloads;
	}

	Reply result(String id, @Nullable Object result, String what) {
		return new Reply(id, Reply.Kind.RESULT, this.payloads.contentType(), Map.of(),
				this.payloads.encode(result, "The result of " + what));
	}

	static Reply exception(String id, Throwable failure) {
		return new Reply(id, Reply.Kind.EXCEPTION, TEXT, Map.of(Headers.ERROR_TYPE, failure.getClass().getName()),
				text(failure).getBytes(StandardCharsets.UTF_8));
	}

	static Reply cancelled(String id, Throwable cancellation) {
		String reason = cancellation.getMessage();
		return new Reply(id, Reply.Kind.CANCELLED, TEXT, Map.of(),
				shortened((reason != null) ? reason : "").getBytes(StandardCharsets.UTF_8));
	}

	static Reply pending(String id) {
		return new Reply(id, Reply.Kind.PENDING, null, Map.of(), new byte[0]);
	}

	/**
	 * Completes a future with what a final reply says.
	 */
	<R> void complete(CompletableFuture<R> future, Reply reply, Type type, String what) {
		switch (reply.kind()) {
			case RESULT -> completeWithResult(future, reply, type, what);
			case EXCEPTION -> future.completeExceptionally(
					new RemoteException(what + " failed: " + new String(reply.body(), StandardCharsets.UTF_8),
							reply.headers().get(Headers.ERROR_TYPE)));
			case CANCELLED -> future.cancel(false);
			case PENDING -> {
			}
		}
	}

	private <R> void completeWithResult(CompletableFuture<R> future, Reply reply, Type type, String what) {
		R result;
		try {
			result = (type != Void.class)
					? this.payloads.decode(reply.body(), reply.contentType(), type, "The result of " + what) : null;
		}
		catch (RuntimeException ex) {
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
		return (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "…" : text;
	}

}

package dev.kiwi.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.kiwi.RpcTimeoutException;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * A caller's wait for an answer.
 */
final class PendingCall<R> implements PendingReplies.Waiting {

	private final EngineContext context;

	private final String id;

	private final String identifier;

	private final TypeRef<R> resultType;

	/** Who waits, this one included. */
	private final PendingReplies<?> pending;

	private final AnswerFuture<R> result = new AnswerFuture<>();

	private volatile @Nullable Future<?> clock;

	PendingCall(EngineContext context, String id, String identifier, TypeRef<R> resultType, PendingReplies<?> pending) {
		this.context = context;
		this.id = id;
		this.identifier = identifier;
		this.resultType = resultType;
		this.pending = pending;
	}

	/** What an error calls it. */
	String what() {
		return "Call " + this.id + " to '" + this.identifier + "'";
	}

	CompletableFuture<R> result() {
		return this.result;
	}

	/**
	 * Starts the clock.
	 * @param timeout how long to wait
	 */
	void expireAfter(Duration timeout) {
		try {
			this.clock = this.context.timer().schedule(() -> {
				if (this.pending.remove(this.id) != null) {
					failed(new RpcTimeoutException(what() + " had no answer within " + timeout
							+ "; the callee may be at work still. Give it longer by RpcCall.withTimeout or "
							+ "kiwi.rpc.timeout, or let it return a CompletionStage"));
				}
			}, timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// closed meanwhile
			throw EngineContext.closedException();
		}
	}

	@Override
	public void replied(Reply reply) {
		stopClock();
		if (reply.kind().isFinal()) {
			this.context.complete(this.result,
					() -> this.context.replies().complete(this.result, reply, this.resultType.type(), what()));
		}
		else {
			// the clock has stopped: who gives up by themselves are not waited for either
			this.result.whenComplete((answer, failure) -> this.pending.remove(this.id));
		}
	}

	@Override
	public void failed(Throwable failure) {
		stopClock();
		this.context.complete(this.result, () -> this.result.completeExceptionally(failure));
	}

	private void stopClock() {
		Future<?> running = this.clock;
		if (running != null) {
			running.cancel(false);
		}
	}

}

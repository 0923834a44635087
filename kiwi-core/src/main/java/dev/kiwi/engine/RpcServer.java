package dev.kiwi.engine;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

import dev.kiwi.PayloadException;
import dev.kiwi.RpcContext;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.RpcHandler;
import dev.kiwi.Subscription;
import dev.kiwi.TypeRef;
import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.RpcDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process does for one RPC identifier.
 */
final class RpcServer<T> {

	private static final Logger logger = LoggerFactory.getLogger(RpcServer.class);

	private final EngineContext context;

	private final String identifier;

	private final TypeRef<T> messageType;

	private final RpcHandler<T> handler;

	private final InFlight inFlight = new InFlight();

	private final Lane<RpcDelivery> lane;

	RpcServer(EngineContext context, String identifier, TypeRef<T> messageType, RpcHandler<T> handler) {
		this.context = context;
		this.identifier = identifier;
		this.messageType = messageType;
		this.handler = handler;
		this.lane = new Lane<>(context.executor(), context.settings().rpcConcurrency(), this::answer);
	}

	Subscription serve(RpcEndpoint endpoint, MessageTransport transport) {
		return transport.serve(endpoint, this.context.settings().rpcConcurrency(), this.lane::offer);
	}

	InFlight inFlight() {
		return this.inFlight;
	}

	void stop(Subscription served) {
		served.close();
		this.lane.clear().forEach(RpcDelivery::release);
	}

	private @Nullable CompletionStage<?> answer(RpcDelivery delivery) {
		if (!this.inFlight.enter()) {
			delivery.release();
			return null;
		}
		Handling handling = this.context.observer().handling(MessageKind.RPC, this.identifier, delivery.request());
		Object result = null;
		Throwable failure = null;
		try {
			result = call(delivery, handling);
			if (result instanceof CompletionStage<?> stage && !stage.toCompletableFuture().isDone()) {
				delivery.reply(Replies.pending(delivery.request().id()));
			}
		}
		catch (Throwable ex) {
			failure = ex;
		}
		if (failure == null && result instanceof CompletionStage<?> stage) {
			BiConsumer<@Nullable Object, @Nullable Throwable> ending = (value, failed) -> end(delivery, value, failed,
					handling);
			// an answer may be written where it is given, which could hold up whoever
			// completes
			// the stage
			return stage.toCompletableFuture().isDone() ? stage.whenComplete(ending)
					: stage.whenCompleteAsync(ending, this.context.executor());
		}
		end(delivery, result, failure, handling);
		return null;
	}

	private @Nullable Object call(RpcDelivery delivery, Handling handling) throws Exception {
		Envelope request = delivery.request();
		HandlerScope scope = HandlerScope.rpc(handling, this.identifier, request.id());
		try {
			T message = this.context.payloads()
				.decode(request.body(), request.contentType(), this.messageType.type(),
						"The message of " + what(request));
			return this.handler.handle(message,
					new RpcContext(request.id(), this.identifier, RunContext.usersOwn(request.headers())));
		}
		finally {
			scope.close();
			// an interrupt was meant for the handler, not for what gives the answer
			Thread.interrupted();
		}
	}

	/** Whatever goes wrong here, the caller gets an answer. */
	private void end(RpcDelivery delivery, @Nullable Object result, @Nullable Throwable failure, Handling handling) {
		Envelope request = delivery.request();
		try {
			delivery.reply(reply(request, result, failure, handling));
		}
		catch (Throwable ex) {
			logger.warn("The answer to {} could not be given", what(request), ex);
			handling.ended(HandlingOutcome.FAILED, ex);
			delivery.reply(Replies.exception(request.id(), ex));
		}
		finally {
			this.inFlight.leave();
		}
	}

	/** The observer hears of it before the caller does, who may ask it what it saw. */
	private Reply reply(Envelope request, @Nullable Object result, @Nullable Throwable failure, Handling handling) {
		Throwable cause = (failure != null) ? Replies.unwrapped(failure) : null;
		if (cause == null) {
			try {
				Reply reply = this.context.replies().result(request, result, what(request));
				handling.ended(HandlingOutcome.SUCCEEDED, null);
				return reply;
			}
			catch (PayloadException ex) {
				cause = ex;
			}
		}
		if (Replies.isCancellation(cause)) {
			handling.ended(HandlingOutcome.CANCELLED, cause);
			return Replies.cancelled(request.id(), cause);
		}
		logger.debug("{} failed", what(request), cause);
		handling.ended(HandlingOutcome.FAILED, cause);
		return Replies.exception(request.id(), cause);
	}

	private String what(Envelope request) {
		return "Call " + request.id() + " to '" + this.identifier + "'";
	}

}

package dev.kiwi.engine;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.RpcHandler;
import dev.kiwi.RpcOperations;
import dev.kiwi.Subscription;
import dev.kiwi.TypeRef;
import dev.kiwi.UnroutableException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RPC: the calls that wait for an answer, and the identifiers that this process serves.
 */
final class RpcEngine implements RpcOperations {

	private static final Logger logger = LoggerFactory.getLogger(RpcEngine.class);

	private final EngineContext context;

	private final MessageTransport transport;

	private final PendingReplies<PendingCall<?>> pending;

	private final Map<String, RpcServer<?>> servers = new ConcurrentHashMap<>();

	RpcEngine(EngineContext context, MessageTransport transport) {
		this.context = context;
		this.transport = transport;
		this.pending = new PendingReplies<>();
	}

	@Override
	public <R> CompletableFuture<R> callRpc(RpcCall call, TypeRef<R> resultType) {
		this.context.requireOpen();
		String identifier = Identifiers.rpc(call.identifier());
		Identifiers.headers(call.headers());
		Duration timeout = Times
			.bounded((call.timeout() != null) ? call.timeout() : this.context.settings().rpcTimeout());
		String id = this.context.newId();
		PendingCall<R> waiting = new PendingCall<>(this.context, id, identifier, resultType, this.pending);
		byte[] body = this.context.payloads().encode(call.message(), "The message of " + waiting.what());
		this.pending.add(id, waiting);
		waiting.expireAfter(timeout);
		Envelope request = new Envelope(id, null, this.context.payloads().contentType(), call.headers(), body);
		ObservedSending sending = ObservedSending.begin(this.context.observer(), MessageKind.RPC, identifier, request);
		sending.endsWith(waiting.result());
		this.transport.call(identifier, sending.marked(request), timeout).whenComplete((nothing, failure) -> {
			if (failure != null && this.pending.remove(id) != null) {
				waiting.failed(Replies.unwrapped(failure));
			}
		});
		return waiting.result();
	}

	@Override
	public <T> EngineSubscription addRpcSubscriber(RpcEndpoint endpoint, TypeRef<T> messageType,
			RpcHandler<T> handler) {
		this.context.requireOpen();
		String identifier = Identifiers.rpc(endpoint.identifier());
		RpcServer<T> server = new RpcServer<>(this.context, identifier, messageType, handler);
		if (this.servers.putIfAbsent(identifier, server) != null) {
			throw new DuplicateSubscriberIdentifierException("The RPC identifier '" + identifier
					+ "' is served by this communicator already; close that subscription first or choose another");
		}
		try {
			Subscription served = server.serve(endpoint, this.transport);
			// who hears that it failed can try again at once
			CompletionStage<Void> ready = served.ready().whenComplete((nothing, failure) -> {
				if (failure != null) {
					this.servers.remove(identifier, server);
				}
			});
			return new EngineSubscription(MessageKind.RPC, identifier, this.context.forUser(ready), server.inFlight(),
					served::isServed, () -> {
						this.servers.remove(identifier, server);
						server.stop(served);
					});
		}
		catch (RuntimeException ex) {
			this.servers.remove(identifier, server);
			throw ex;
		}
	}

	/** How many calls wait for their answer. */
	int pending() {
		return this.pending.size();
	}

	void replied(Reply reply) {
		if (!this.pending.replied(reply)) {
			logger.debug("A reply ({}) to the call {} comes too late or was never asked for", reply.kind(),
					reply.correlationId());
		}
	}

	void unroutable(String id) {
		PendingCall<?> call = this.pending.remove(id);
		if (call != null) {
			call.failed(new UnroutableException(
					call.what() + " was not delivered: nobody serves this RPC identifier; is its server running?"));
		}
	}

	void connectionLost(Throwable cause) {
		this.pending.failAll((call) -> new ConnectionLostException(
				call.what() + " lost its connection; the callee may have handled it or not", cause));
	}

	void closed() {
		this.pending.failAll((call) -> EngineContext.closedException());
	}

}

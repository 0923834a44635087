package dev.kiwi;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Calls by name and answers them.
 */
public interface RpcOperations {

	/**
	 * Calls whoever serves an identifier, with the default time-out
	 * ({@code kiwi.rpc.timeout}).
	 * @param <R> the answer's type
	 * @param identifier the identifier
	 * @param message the message, or null
	 * @param resultType what the answer is read as
	 * @return the answer; see {@link #callRpc(RpcCall, TypeRef)}
	 */
	default <R> CompletableFuture<R> callRpc(String identifier, @Nullable Object message, Class<R> resultType) {
		return callRpc(RpcCall.of(identifier, message), TypeRef.of(resultType));
	}

	/**
	 * Calls whoever serves an identifier.
	 * @param <R> the answer's type
	 * @param call the call
	 * @param resultType what the answer is read as
	 * @return the answer; see {@link #callRpc(RpcCall, TypeRef)}
	 */
	default <R> CompletableFuture<R> callRpc(RpcCall call, Class<R> resultType) {
		return callRpc(call, TypeRef.of(resultType));
	}

	/**
	 * Calls whoever serves an identifier.
	 * @param <R> the answer's type
	 * @param call the call
	 * @param resultType what the answer is read as
	 * @return completes on kiwi's executor, or on a thread that waits for it, with the
	 * answer; fails with {@link UnroutableException} as soon as it is known that nobody
	 * serves the identifier, {@link RemoteException} when the callee threw,
	 * {@link RpcTimeoutException}, {@link ConnectionLostException} when the connection
	 * breaks while waiting, and {@link java.util.concurrent.CancellationException} when
	 * the callee's work was cancelled
	 */
	<R> CompletableFuture<R> callRpc(RpcCall call, TypeRef<R> resultType);

	/**
	 * Serves an identifier, beside other instances that serve it too: each call goes to
	 * exactly one.
	 * @param <T> the message's type
	 * @param identifier the identifier
	 * @param messageType what messages are read as
	 * @param handler answers
	 * @return the subscription
	 * @throws DuplicateSubscriberIdentifierException if this communicator serves the
	 * identifier already
	 */
	default <T> Subscription addRpcSubscriber(String identifier, Class<T> messageType, RpcHandler<T> handler) {
		return addRpcSubscriber(RpcEndpoint.of(identifier), TypeRef.of(messageType), handler);
	}

	/**
	 * Serves an endpoint.
	 * @param <T> the message's type
	 * @param endpoint the endpoint
	 * @param messageType what messages are read as
	 * @param handler answers
	 * @return the subscription
	 * @throws DuplicateSubscriberIdentifierException if this communicator serves the
	 * identifier already
	 */
	default <T> Subscription addRpcSubscriber(RpcEndpoint endpoint, Class<T> messageType, RpcHandler<T> handler) {
		return addRpcSubscriber(endpoint, TypeRef.of(messageType), handler);
	}

	/**
	 * Serves an endpoint.
	 * @param <T> the message's type
	 * @param endpoint the endpoint
	 * @param messageType what messages are read as
	 * @param handler answers
	 * @return the subscription; {@link Subscription#ready()} fails with
	 * {@link DuplicateSubscriberIdentifierException} when another process holds it
	 * @throws DuplicateSubscriberIdentifierException if this communicator serves the
	 * identifier already
	 */
	<T> Subscription addRpcSubscriber(RpcEndpoint endpoint, TypeRef<T> messageType, RpcHandler<T> handler);

}

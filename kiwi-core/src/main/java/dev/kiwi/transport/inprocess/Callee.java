package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.UnroutableException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.RpcDelivery;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;

/**
 * Whoever serves an RPC identifier.
 */
final class Callee {

	private final String identifier;

	private final MemoryQueue requests;

	private boolean exclusive;

	Callee(String identifier, InProcessBroker broker) {
		this.identifier = identifier;
		this.requests = new MemoryQueue(broker, InProcessTransport::rpcReply);
	}

	CompletableFuture<Void> call(Envelope request, Duration timeToLive) {
		if (!this.requests.hasConsumers()) {
			return CompletableFuture.failedFuture(new UnroutableException("Nobody serves the RPC identifier '"
					+ this.identifier + "', call " + request.id() + " was not delivered; is its server running?"));
		}
		this.requests.add(new MemoryQueue.Message(request, false, System.nanoTime() + timeToLive.toNanos()));
		return CompletableFuture.completedFuture(null);
	}

	synchronized MemoryConsumer serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener,
			Consumer<MemoryConsumer> onEnd) {
		if (this.requests.hasConsumers() && (this.exclusive || endpoint.isExclusive())) {
			throw new DuplicateSubscriberIdentifierException(
					"The RPC identifier '" + this.identifier + "' is served by somebody else, and "
							+ (this.exclusive ? "it is exclusive there" : "it is asked for exclusively here"));
		}
		this.exclusive = endpoint.isExclusive();
		MemoryConsumer consumer = new MemoryConsumer(this.identifier, this.requests, prefetch,
				(delivery) -> listener.accept(new Request(delivery)), onEnd);
		this.requests.addConsumer(consumer);
		return consumer;
	}

	static Subscription refused(String identifier, RuntimeException failure) {
		return new Subscription() {

			@Override
			public String identifier() {
				return identifier;
			}

			@Override
			public CompletionStage<Void> ready() {
				return CompletableFuture.failedStage(failure);
			}

			@Override
			public void close() {
			}

			@Override
			public CompletionStage<Void> ended() {
				return CompletableFuture.completedStage(null);
			}

		};
	}

	private record Request(TaskDelivery delivery) implements RpcDelivery {

		@Override
		public Envelope request() {
			return this.delivery.envelope();
		}

		@Override
		public void reply(Reply reply) {
			if (reply.kind().isFinal()) {
				this.delivery.settle(new Verdict.Complete(reply));
			}
			else {
				this.delivery.report(reply);
			}
		}

		@Override
		public void release() {
			this.delivery.settle(new Verdict.Release());
		}

	}

}

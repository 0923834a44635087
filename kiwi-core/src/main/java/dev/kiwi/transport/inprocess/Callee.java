package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.RpcDelivery;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Whoever serves an RPC identifier.
 */
final class Callee {

	private final String identifier;

	private final InProcessBroker broker;

	private final MemoryQueue requests;

	/** Who serves, and who has left but has requests to answer still. */
	private int attached;

	private boolean exclusive;

	private boolean forgotten;

	Callee(String identifier, InProcessBroker broker) {
		this.identifier = identifier;
		this.broker = broker;
		this.requests = new MemoryQueue(broker, new Replying(broker));
	}

	/**
	 * Takes a request for whoever serves.
	 * @return false if nobody does
	 */
	boolean call(Envelope request, Duration timeToLive) {
		return this.requests.addIfConsumed(request, timeToLive);
	}

	/**
	 * Lets somebody serve, who gets nothing before the next {@link #dispatch()}: this
	 * holds a lock.
	 * @return null if this was forgotten meanwhile
	 */
	synchronized @Nullable MemoryConsumer serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener,
			Consumer<MemoryConsumer> onEnd) {
		if (this.forgotten) {
			return null;
		}
		if (this.requests.hasConsumers() && (this.exclusive || endpoint.isExclusive())) {
			throw new DuplicateSubscriberIdentifierException(
					"The RPC identifier '" + this.identifier + "' is served by somebody else, and "
							+ (this.exclusive ? "it is exclusive there" : "it is asked for exclusively here"));
		}
		this.exclusive = endpoint.isExclusive();
		this.attached++;
		MemoryConsumer consumer = new MemoryConsumer(this.identifier, this.requests, prefetch,
				(delivery) -> listener.accept(new Request(delivery)), (ended) -> {
					onEnd.accept(ended);
					left();
				});
		this.requests.addConsumer(consumer);
		return consumer;
	}

	void dispatch() {
		this.requests.dispatch();
	}

	private synchronized void left() {
		this.attached--;
		forgetIfIdle();
	}

	/** Identifiers are as many as there are things to call: none may stay for ever. */
	private synchronized void forgetIfIdle() {
		if (this.attached > 0 || this.forgotten) {
			return;
		}
		long waiting = this.requests.nanosUntilAllExpired();
		if (waiting > 0) {
			this.broker.timer().schedule(this::forgetIfIdle, waiting, TimeUnit.NANOSECONDS);
			return;
		}
		this.forgotten = true;
		this.broker.forget(this.identifier, this);
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
			public boolean isServed() {
				return false;
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

	/**
	 * Tells callers.
	 */
	private record Replying(InProcessBroker broker) implements MemoryQueue.Observer {

		@Override
		public void handedOut(MemoryDelivery delivery) {
		}

		@Override
		public void told(Envelope request, Reply reply) {
			this.broker.rpcReply(Objects.requireNonNull(request.replyTo()), reply);
		}

		@Override
		public void over(Envelope request, Reply outcome) {
			told(request, outcome);
		}

	}

}

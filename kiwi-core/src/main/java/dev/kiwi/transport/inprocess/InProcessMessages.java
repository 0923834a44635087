package dev.kiwi.transport.inprocess;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.Subscription;
import dev.kiwi.UnroutableException;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.RpcDelivery;
import org.jspecify.annotations.Nullable;

/**
 * Words within this process.
 */
final class InProcessMessages implements MessageTransport {

	/**
	 * How many broadcasts one listener may have unheard before publishers wait for it.
	 */
	static final int UNHEARD = 10_000;

	private static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);

	private final InProcessTransport transport;

	private final Semaphore room = new Semaphore(UNHEARD);

	private volatile Ears ears = new Ears(List.of(), null);

	InProcessMessages(InProcessTransport transport) {
		this.transport = transport;
	}

	@Override
	public CompletableFuture<Void> call(String identifier, Envelope request, Duration timeToLive) {
		if (!this.transport.isOpen()) {
			return InProcessTransport.closed();
		}
		Envelope addressed = new Envelope(request.id(), this.transport.instance(), request.contentType(),
				request.headers(), request.body());
		if (!this.transport.broker().call(identifier, addressed, timeToLive)) {
			return CompletableFuture.failedFuture(new UnroutableException("Nobody serves the RPC identifier '"
					+ identifier + "', call " + request.id() + " was not delivered; is its server running?"));
		}
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public Subscription serve(RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener) {
		try {
			Callee callee;
			MemoryConsumer consumer;
			do {
				callee = this.transport.broker().callee(endpoint.identifier());
				consumer = callee.serve(endpoint, prefetch, listener, this.transport::ended);
			}
			while (consumer == null);
			this.transport.opened(consumer);
			callee.dispatch();
			return consumer;
		}
		catch (DuplicateSubscriberIdentifierException ex) {
			return Callee.refused(endpoint.identifier(), ex);
		}
	}

	@Override
	public CompletableFuture<Void> publish(BroadcastEnvelope broadcast) {
		if (!this.transport.isOpen()) {
			return InProcessTransport.closed();
		}
		for (InProcessTransport listening : this.transport.broker().transports()) {
			if (!listening.broadcasts().hear(broadcast)) {
				return CompletableFuture.failedFuture(new SendTimeoutException("Broadcast " + broadcast.envelope().id()
						+ " on '" + broadcast.subject() + "' was not taken within " + SEND_TIMEOUT + ": a listener has "
						+ UNHEARD + " unheard already"));
			}
		}
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<Void> listen(Collection<BroadcastFilter> filters, BroadcastListener listener) {
		this.ears = new Ears(List.copyOf(filters), listener);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public boolean isListening() {
		return this.ears.listener() != null;
	}

	void close() {
		this.ears = new Ears(List.of(), null);
		// who waits for room here waits for nobody any more
		this.room.release(UNHEARD);
	}

	private boolean hear(BroadcastEnvelope broadcast) {
		if (!this.ears.want(broadcast)) {
			return true;
		}
		try {
			// who is interrupted may send where nothing is waited for
			if (!this.room.tryAcquire() && !this.room.tryAcquire(SEND_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				return false;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		BroadcastListener listener = this.ears.listener();
		if (listener == null) {
			this.room.release();
			return true;
		}
		listener.heard(broadcast).whenComplete((nothing, failure) -> this.room.release());
		return true;
	}

	private record Ears(List<BroadcastFilter> filters, @Nullable BroadcastListener listener) {

		boolean want(BroadcastEnvelope broadcast) {
			return this.filters.stream().anyMatch((filter) -> filter.matches(broadcast.subject(), broadcast.sender()));
		}

	}

}

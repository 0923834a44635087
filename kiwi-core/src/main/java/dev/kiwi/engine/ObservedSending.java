package dev.kiwi.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import dev.kiwi.UnroutableException;
import dev.kiwi.engine.EngineObserver.Sending;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One message that is sent under the eyes of the observer, if there is one.
 */
final class ObservedSending {

	private static final ObservedSending UNSEEN = new ObservedSending(EngineObserver.NONE, MessageKind.TASK, "",
			Sending.NONE);

	private final EngineObserver observer;

	private final MessageKind kind;

	private final String destination;

	private final Sending sending;

	private ObservedSending(EngineObserver observer, MessageKind kind, String destination, Sending sending) {
		this.observer = observer;
		this.kind = kind;
		this.destination = destination;
		this.sending = sending;
	}

	static ObservedSending begin(EngineObserver observer, MessageKind kind, String destination, Envelope envelope) {
		if (observer == EngineObserver.NONE) {
			return UNSEEN;
		}
		return new ObservedSending(observer, kind, destination, observer.sending(kind, destination, envelope));
	}

	/** The message as it goes. */
	Envelope marked(Envelope envelope) {
		Map<String, String> added = this.sending.headers();
		if (added.isEmpty()) {
			return envelope;
		}
		Map<String, String> headers = new TreeMap<>(envelope.headers());
		added.forEach((name, value) -> {
			if (!name.startsWith(Headers.PREFIX)) {
				headers.put(name, value);
			}
		});
		return envelope.withHeaders(headers);
	}

	/**
	 * It ends with a future.
	 * @return completes when the observer has heard so
	 */
	<T extends @Nullable Object> CompletableFuture<T> endsWith(CompletableFuture<T> future) {
		return (this != UNSEEN)
				? future.whenComplete((value, failure) -> ended((failure != null) ? Replies.unwrapped(failure) : null))
				: future;
	}

	void ended(@Nullable Throwable failure) {
		this.sending.ended(failure);
		if (failure instanceof UnroutableException) {
			this.observer.happened(EngineEvent.UNROUTABLE, this.kind, this.destination);
		}
	}

}

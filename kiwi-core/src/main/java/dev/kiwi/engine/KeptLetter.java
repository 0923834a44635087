package dev.kiwi.engine;

import java.time.Instant;
import java.util.Map;

import dev.kiwi.DeadLetter;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as its envelope tells.
 */
record KeptLetter(Payloads payloads, Envelope envelope) implements DeadLetter {

	static String queue(Envelope letter) {
		return letter.headers().getOrDefault(Headers.QUEUE, "");
	}

	@Override
	public String id() {
		return this.envelope.id();
	}

	@Override
	public String queue() {
		return queue(this.envelope);
	}

	@Override
	public String reason() {
		return this.envelope.headers().getOrDefault(Headers.REASON, "not known");
	}

	@Override
	public @Nullable String errorType() {
		return this.envelope.headers().get(Headers.ERROR_TYPE);
	}

	@Override
	public @Nullable String stackTrace() {
		return this.envelope.headers().get(Headers.STACK_TRACE);
	}

	@Override
	public int attempts() {
		return this.envelope.count(Headers.ATTEMPTS, 0);
	}

	@Override
	public int launch() {
		return this.envelope.count(Headers.LAUNCH, 0);
	}

	@Override
	public @Nullable Instant sentAt() {
		return Times.instant(this.envelope, Headers.SENT);
	}

	@Override
	public @Nullable Instant buriedAt() {
		return Times.instant(this.envelope, Headers.BURIED);
	}

	@Override
	public Map<String, String> headers() {
		return RunContext.usersOwn(this.envelope.headers());
	}

	@Override
	public byte[] body() {
		return this.envelope.body().clone();
	}

	@Override
	public <T> @Nullable T payload(TypeRef<T> type) {
		return this.payloads.decode(this.envelope.body(), this.envelope.contentType(), type.type(),
				"The payload of the dead letter " + this.envelope.id());
	}

}

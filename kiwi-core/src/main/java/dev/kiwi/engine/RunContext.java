package dev.kiwi.engine;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import dev.kiwi.Registration;
import dev.kiwi.TaskContext;
import dev.kiwi.transport.FencingTokens;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.TaskDelivery;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as its handler may see it.
 */
record RunContext(String queue, TaskDelivery delivery, TaskSignals signals, Reports reports,
		TaskCapabilities capabilities, JoinedCompletion completion) implements TaskContext {

	@Override
	public String id() {
		return this.delivery.envelope().id();
	}

	@Override
	public int attempt() {
		return this.delivery.envelope().count(Headers.ATTEMPTS, 0) + 1;
	}

	@Override
	public int launch() {
		return this.delivery.envelope().count(Headers.LAUNCH, 0);
	}

	@Override
	public boolean isRedelivered() {
		return this.delivery.isRedelivered();
	}

	@Override
	public Map<String, String> headers() {
		return usersOwn(this.delivery.envelope().headers());
	}

	@Override
	public boolean isCancelled() {
		return this.signals.cancelled().isRaised();
	}

	@Override
	public Registration onCancel(Runnable action) {
		return this.signals.cancelled().on(action);
	}

	@Override
	public boolean isOwned() {
		return !this.signals.lost().isRaised();
	}

	@Override
	public Registration onOwnershipLost(Runnable action) {
		return this.signals.lost().on(action);
	}

	@Override
	public void heartbeat() {
		this.signals.alive();
	}

	@Override
	public long fencingToken() {
		return this.capabilities.require(FencingTokens.class, "A fencing token").fencingToken(this.delivery);
	}

	@Override
	public void completeInTransaction(@Nullable Object result) {
		this.completion.complete(result);
	}

	@Override
	public void progress(double fraction, @Nullable String message) {
		heartbeat();
		this.reports.progress(fraction, message);
	}

	@Override
	public void log(String line) {
		heartbeat();
		this.reports.log(line);
	}

	@Override
	public void partialResult(@Nullable Object value) {
		heartbeat();
		this.reports.partial(value);
	}

	/** The headers without kiwi's own. */
	static Map<String, String> usersOwn(Map<String, String> headers) {
		if (headers.isEmpty()) {
			return headers;
		}
		Map<String, String> own = new TreeMap<>(headers);
		own.keySet().removeIf((name) -> name.startsWith(Headers.PREFIX));
		return Collections.unmodifiableMap(own);
	}

}

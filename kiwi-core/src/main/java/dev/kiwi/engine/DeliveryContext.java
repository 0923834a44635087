package dev.kiwi.engine;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import dev.kiwi.TaskContext;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.TaskDelivery;

/**
 * A delivery as its handler may see it.
 */
record DeliveryContext(String queue, TaskDelivery delivery) implements TaskContext {

	@Override
	public String id() {
		return this.delivery.envelope().id();
	}

	@Override
	public int attempt() {
		return this.delivery.envelope().count(Headers.ATTEMPTS, 0) + 1;
	}

	@Override
	public boolean isRedelivered() {
		return this.delivery.isRedelivered();
	}

	@Override
	public Map<String, String> headers() {
		return usersOwn(this.delivery.envelope().headers());
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

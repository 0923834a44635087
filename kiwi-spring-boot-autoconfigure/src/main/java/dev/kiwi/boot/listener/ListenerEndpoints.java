package dev.kiwi.boot.listener;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The endpoints of an application, for whoever subscribes them. Thread-safe.
 */
final class ListenerEndpoints {

	private final Map<String, List<ListenerEndpoint>> byBean = new HashMap<>();

	private final List<ListenerEndpoint> all = new ArrayList<>();

	private @Nullable Consumer<ListenerEndpoint> subscriber;

	/**
	 * Adds the endpoints of a bean, once.
	 * @param beanName the bean's name
	 * @param endpoints its endpoints
	 * @throws DuplicateRpcIdentifierException if an identifier is served already
	 */
	synchronized void add(String beanName, List<ListenerEndpoint> endpoints) {
		if (this.byBean.putIfAbsent(beanName, endpoints) != null) {
			return;
		}
		for (ListenerEndpoint endpoint : endpoints) {
			if (endpoint instanceof ListenerEndpoint.ForCalls calls) {
				requireUnused(calls, beanName);
			}
			this.all.add(endpoint);
			if (this.subscriber != null) {
				this.subscriber.accept(endpoint);
			}
		}
	}

	synchronized void begin(Consumer<ListenerEndpoint> subscriber) {
		this.all.forEach(subscriber);
		this.subscriber = subscriber;
	}

	synchronized void end() {
		this.subscriber = null;
	}

	synchronized List<String> taskQueues() {
		return this.all.stream()
			.filter(ListenerEndpoint.ForTasks.class::isInstance)
			.map((endpoint) -> ((ListenerEndpoint.ForTasks) endpoint).queue())
			.distinct()
			.toList();
	}

	private void requireUnused(ListenerEndpoint.ForCalls added, String beanName) {
		String identifier = added.endpoint().identifier();
		for (ListenerEndpoint present : this.all) {
			if (present instanceof ListenerEndpoint.ForCalls calls
					&& calls.endpoint().identifier().equals(identifier)) {
				throw new DuplicateRpcIdentifierException(identifier, calls.handler().toString(), beanOf(calls),
						added.handler().toString(), beanName);
			}
		}
	}

	private String beanOf(ListenerEndpoint endpoint) {
		return this.byBean.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().contains(endpoint))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseThrow();
	}

}

package dev.kiwi.engine;

import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.engine.EngineObserver.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What holds on a thread while a handler runs: the observer's scope, and which message it
 * is, for the log. What the thread had before, it has again afterwards.
 */
final class HandlerScope {

	private static final String ID = "kiwi.id";

	private static final String ATTEMPT = "kiwi.attempt";

	private final String key;

	private final @Nullable String formerId = MDC.get(ID);

	private final @Nullable String formerName;

	private final @Nullable String formerAttempt = MDC.get(ATTEMPT);

	private final Scope scope;

	private HandlerScope(Handling handling, String key) {
		this.key = key;
		this.formerName = MDC.get(key);
		this.scope = handling.open();
	}

	/** A handler begins with a task. */
	static HandlerScope task(Handling handling, String queue, String id, int attempt) {
		return enter(handling, "kiwi.queue", queue, id, Integer.toString(attempt));
	}

	/** A handler begins with a call. */
	static HandlerScope rpc(Handling handling, String identifier, String id) {
		return enter(handling, "kiwi.identifier", identifier, id, null);
	}

	/** A handler begins with a broadcast. */
	static HandlerScope broadcast(Handling handling, String subject, String id) {
		return enter(handling, "kiwi.subject", subject, id, null);
	}

	private static HandlerScope enter(Handling handling, String key, @Nullable String name, String id,
			@Nullable String attempt) {
		HandlerScope scope = new HandlerScope(handling, key);
		set(ID, id);
		set(key, name);
		set(ATTEMPT, attempt);
		return scope;
	}

	void close() {
		set(ID, this.formerId);
		set(this.key, this.formerName);
		set(ATTEMPT, this.formerAttempt);
		this.scope.close();
	}

	private static void set(String key, @Nullable String value) {
		if (value != null) {
			MDC.put(key, value);
		}
		else {
			MDC.remove(key);
		}
	}

}

package dev.kiwi.engine;

import dev.kiwi.engine.EngineObserver.Handling;
import dev.kiwi.engine.EngineObserver.Scope;

/**
 * What holds on a thread while a handler runs: the observer's scope, and which message it
 * is, for the log.
 *
 * @param keys which message it is
 * @param scope the observer's
 */
record HandlerScope(LogKeys keys, Scope scope) {

	/** A handler begins with a task. */
	static HandlerScope task(Handling handling, String queue, String id, int attempt) {
		LogKeys keys = LogKeys.task();
		Scope scope = handling.open();
		keys.set(queue, id, Integer.toString(attempt));
		return new HandlerScope(keys, scope);
	}

	/** A handler begins with a call. */
	static HandlerScope rpc(Handling handling, String identifier, String id) {
		LogKeys keys = LogKeys.rpc();
		Scope scope = handling.open();
		keys.set(identifier, id);
		return new HandlerScope(keys, scope);
	}

	void close() {
		this.keys.restore();
		this.scope.close();
	}

}

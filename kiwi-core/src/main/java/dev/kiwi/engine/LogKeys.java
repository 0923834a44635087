package dev.kiwi.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Which message a thread handles, for its log lines. What the thread had before, it has
 * again afterwards.
 */
final class LogKeys {

	private static final String ID = "kiwi.id";

	private static final String ATTEMPT = "kiwi.attempt";

	private final String key;

	private final @Nullable String formerId = MDC.get(ID);

	private final @Nullable String formerName;

	private final @Nullable String formerAttempt = MDC.get(ATTEMPT);

	private LogKeys(String key) {
		this.key = key;
		this.formerName = MDC.get(key);
	}

	/** A thread begins with a task. */
	static LogKeys task() {
		return new LogKeys("kiwi.queue");
	}

	/** A thread begins with a call. */
	static LogKeys rpc() {
		return new LogKeys("kiwi.identifier");
	}

	/** A thread begins with broadcasts. */
	static LogKeys broadcast() {
		return new LogKeys("kiwi.subject");
	}

	/** Names the message again if the last handler has cleared that. */
	void keep(String name, String id) {
		// asked for each of many listeners: who takes one of the keys away takes both
		if (MDC.get(ID) != id) {
			set(name, id);
		}
	}

	/** Names a message that has no attempts. */
	void set(String name, String id) {
		MDC.put(ID, id);
		MDC.put(this.key, name);
		if (this.formerAttempt != null) {
			MDC.remove(ATTEMPT);
		}
	}

	/** Names a message. */
	void set(String name, String id, String attempt) {
		set(name, id);
		MDC.put(ATTEMPT, attempt);
	}

	void restore() {
		restore(ID, this.formerId);
		restore(this.key, this.formerName);
		restore(ATTEMPT, this.formerAttempt);
	}

	private static void restore(String key, @Nullable String value) {
		if (value != null) {
			MDC.put(key, value);
		}
		else {
			MDC.remove(key);
		}
	}

}

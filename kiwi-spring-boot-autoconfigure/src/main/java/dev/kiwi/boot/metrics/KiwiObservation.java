package dev.kiwi.boot.metrics;

import dev.kiwi.engine.MessageKind;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed, under which names. Low-cardinality keys are tags of the timer and
 * attributes of the span, high-cardinality ones of the span alone.
 */
public enum KiwiObservation implements ObservationDocumentation {

	/**
	 * A task is sent, until it is durable.
	 */
	TASK_SEND("kiwi.task.send", keys(LowKeys.QUEUE), keys(HighKeys.ID)),

	/**
	 * A worker has a task, from the first handler's begin until it is settled.
	 */
	TASK("kiwi.task", keys(LowKeys.QUEUE, LowKeys.OUTCOME), keys(HighKeys.ID, HighKeys.ATTEMPT)),

	/**
	 * A caller waits for the answer to a call.
	 */
	RPC_CALL("kiwi.rpc.call", keys(), keys(HighKeys.ID, HighKeys.IDENTIFIER)),

	/**
	 * A call is handled.
	 */
	RPC("kiwi.rpc", keys(LowKeys.OUTCOME), keys(HighKeys.ID, HighKeys.IDENTIFIER)),

	/**
	 * A broadcast is sent, until the transport has taken it.
	 */
	BROADCAST_SEND("kiwi.broadcast.send", keys(), keys(HighKeys.ID, HighKeys.SUBJECT)),

	/**
	 * A broadcast is heard by one subscriber.
	 */
	BROADCAST("kiwi.broadcast", keys(LowKeys.OUTCOME), keys(HighKeys.ID, HighKeys.SUBJECT));

	private final String name;

	private final KeyName[] low;

	private final KeyName[] high;

	KiwiObservation(String name, KeyName[] low, KeyName[] high) {
		this.name = name;
		this.low = low;
		this.high = high;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return this.low.clone();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return this.high.clone();
	}

	static KiwiObservation sending(MessageKind kind) {
		return switch (kind) {
			case TASK -> TASK_SEND;
			case RPC -> RPC_CALL;
			case BROADCAST -> BROADCAST_SEND;
		};
	}

	static KiwiObservation handling(MessageKind kind) {
		return switch (kind) {
			case TASK -> TASK;
			case RPC -> RPC;
			case BROADCAST -> BROADCAST;
		};
	}

	private static KeyName[] keys(KeyName... keys) {
		return keys;
	}

	/**
	 * Keys with few values: of those an application has as many as it has queues.
	 */
	public enum LowKeys implements KeyName {

		/**
		 * The queue of a task.
		 */
		QUEUE("queue"),

		/**
		 * What became of a message: {@link dev.kiwi.engine.HandlingOutcome} in lower
		 * case, with hyphens.
		 */
		OUTCOME("outcome");

		private final String key;

		LowKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Keys with any number of values. They are called as in the log.
	 */
	public enum HighKeys implements KeyName {

		/**
		 * The message's id.
		 */
		ID("kiwi.id"),

		/**
		 * Which attempt at a task this is, 1 for the first.
		 */
		ATTEMPT("kiwi.attempt"),

		/**
		 * Who is called. There may be one for each process that is ever started.
		 */
		IDENTIFIER("kiwi.identifier"),

		/**
		 * What a broadcast is about.
		 */
		SUBJECT("kiwi.subject");

		private final String key;

		HighKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}

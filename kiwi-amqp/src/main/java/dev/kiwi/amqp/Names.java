package dev.kiwi.amqp;

import org.jspecify.annotations.Nullable;

/**
 * What kiwi's queues and exchanges are called.
 */
record Names(String namespace) {

	/** Marks a reply address that is no kiwi instance but a queue of somebody else's. */
	private static final String FOREIGN = "queue:";

	String task(String queue) {
		return this.namespace + ".task." + queue;
	}

	String rpc(String identifier) {
		return this.namespace + ".rpc." + identifier;
	}

	/**
	 * A lost connection's exclusive queue may live on for a while, so each connection has
	 * its own.
	 */
	String rpcReplies(String instance, int epoch) {
		return this.namespace + ".rpc-reply." + instance + "." + epoch;
	}

	String broadcasts(String instance, int epoch) {
		return this.namespace + ".broadcast." + instance + "." + epoch;
	}

	String broadcastExchange() {
		return this.namespace + ".broadcast";
	}

	String taskReplies(String instance) {
		return this.namespace + ".reply." + instance;
	}

	String deadLetters() {
		return this.namespace + ".dead-letters";
	}

	/** The lock of whoever disposes of dead letters. */
	String deadLettersLock() {
		return this.namespace + ".dead-letters.lock";
	}

	String delay(int step) {
		return this.namespace + ".delay." + step;
	}

	/** Where messages come out of the delays. */
	String due() {
		return this.namespace + ".due";
	}

	/** What is remembered of tasks beside the queues. */
	String journal() {
		return this.namespace + ".journal";
	}

	/** What happens to tasks, for whoever asks. */
	String taskEvents() {
		return this.namespace + ".task-events";
	}

	/** The reverse of {@link #task}. */
	String queue(String name) {
		String prefix = task("");
		return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
	}

	/** The queue behind an envelope's reply address. */
	String replyQueue(String replyTo) {
		return replyTo.startsWith(FOREIGN) ? replyTo.substring(FOREIGN.length()) : taskReplies(replyTo);
	}

	/** The reverse of {@link #replyQueue}. */
	@Nullable String replyTo(@Nullable String queue) {
		if (queue == null || queue.isEmpty()) {
			return null;
		}
		String prefix = taskReplies("");
		return queue.startsWith(prefix) ? queue.substring(prefix.length()) : FOREIGN + queue;
	}

}

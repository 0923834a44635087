package dev.kiwi.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Says where there is something to look for.
 *
 * @param address the instance that is to look, or {@link #EVERYBODY}
 * @param word where, or {@link #EVERYWHERE}
 */
record Bell(String address, String word) {

	static final String EVERYBODY = "";

	static final String EVERYWHERE = "*";

	/** There are tasks that wait for their time. */
	static final String DELAYED = "delayed";

	/** There is something told to an instance. */
	static final String TOLD = "told";

	static final String BROADCAST = "broadcast";

	/** Rung to hear whether one hears. */
	static final String BEACON = "beacon";

	private static final String QUEUE = "queue:";

	private static final String RPC = "rpc:";

	/** Whether it is about the way that it comes, and has to come that way. */
	boolean isForTheListener() {
		return this.word.equals(BEACON) || this.word.equals(Doorbell.CLOSE) || this.word.equals(Doorbell.LISTEN);
	}

	/** A queue has tasks. */
	static Bell queue(String queue) {
		return new Bell(EVERYBODY, QUEUE + queue);
	}

	static Bell delayed() {
		return new Bell(EVERYBODY, DELAYED);
	}

	static Bell told(String instance) {
		return new Bell(instance, TOLD);
	}

	/** An owner has a request for an identifier. */
	static Bell request(String owner, String identifier) {
		return new Bell(Lease.instance(owner), RPC + identifier);
	}

	static Bell broadcast() {
		return new Bell(EVERYBODY, BROADCAST);
	}

	/** Which queue this is about, or null. */
	static @Nullable String queueOf(String word) {
		return word.startsWith(QUEUE) ? word.substring(QUEUE.length()) : null;
	}

	/** Which identifier this is about, or null. */
	static @Nullable String identifierOf(String word) {
		return word.startsWith(RPC) ? word.substring(RPC.length()) : null;
	}

}

package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;

import dev.kiwi.SentTask;

/**
 * A task whose result nobody waits for.
 */
final class SentOnly implements SentTask {

	private final CompletableFuture<Void> accepted;

	private volatile String id;

	/**
	 * A task on its way.
	 * @param own the id it was sent with
	 * @param sent the id of the task that stands for it
	 * @param context where futures of the user's are completed
	 */
	SentOnly(String own, CompletableFuture<String> sent, EngineContext context) {
		this.id = own;
		this.accepted = context.forUser(sent.thenAccept((standing) -> this.id = standing));
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public CompletableFuture<Void> accepted() {
		return this.accepted;
	}

}

package dev.kiwi.engine;

import java.util.concurrent.CompletableFuture;

import dev.kiwi.SentTask;
import org.jspecify.annotations.Nullable;

/**
 * A task whose result nobody waits for.
 */
final class SentOnly implements SentTask {

	private final EngineContext context;

	private final CompletableFuture<String> sent;

	private final String own;

	/** Made when it is asked for, which who sends and forgets never does. */
	private @Nullable CompletableFuture<Void> accepted;

	/**
	 * A task on its way.
	 * @param own the id it was sent with
	 * @param sent the id of the task that stands for it
	 * @param context where futures of the user's are completed
	 */
	SentOnly(String own, CompletableFuture<String> sent, EngineContext context) {
		this.context = context;
		this.sent = sent;
		this.own = own;
	}

	@Override
	public String id() {
		return (this.sent.isDone() && !this.sent.isCompletedExceptionally()) ? this.sent.join() : this.own;
	}

	@Override
	public synchronized CompletableFuture<Void> accepted() {
		CompletableFuture<Void> made = this.accepted;
		if (made == null) {
			made = this.context.forUser(this.sent.thenAccept((id) -> {
			}));
			this.accepted = made;
		}
		return made;
	}

}

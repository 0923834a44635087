package dev.kiwi.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.kiwi.Registration;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskUpdate;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender's end of a task.
 */
final class SentTaskHandle<R> implements TaskHandle<R>, PendingReplies.Waiting {

	private static final Logger logger = LoggerFactory.getLogger(SentTaskHandle.class);

	private final EngineContext context;

	private final String id;

	private final String what;

	private final TypeRef<R> resultType;

	private final CompletableFuture<Void> accepted = new CompletableFuture<>();

	private final CompletableFuture<R> result = new CompletableFuture<>();

	private final List<Consumer<TaskUpdate>> listeners = new ArrayList<>();

	private boolean pending;

	SentTaskHandle(EngineContext context, String id, String queue, TypeRef<R> resultType) {
		this.context = context;
		this.id = id;
		this.what = "Task " + id + " on queue '" + queue + "'";
		this.resultType = resultType;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public CompletableFuture<Void> accepted() {
		return this.accepted;
	}

	@Override
	public CompletableFuture<R> result() {
		return this.result;
	}

	@Override
	public synchronized boolean isPending() {
		return this.pending;
	}

	@Override
	public Registration onUpdate(Consumer<TaskUpdate> listener) {
		boolean tell;
		synchronized (this) {
			this.listeners.add(listener);
			tell = this.pending;
		}
		if (tell) {
			this.context.callback(() -> tell(listener, new TaskUpdate.Pending()));
		}
		return () -> {
			synchronized (this) {
				this.listeners.remove(listener);
			}
		};
	}

	void taken() {
		this.accepted.complete(null);
	}

	@Override
	public void replied(Reply reply) {
		if (reply.kind().isFinal()) {
			this.accepted.complete(null);
			this.context.replies().complete(this.result, reply, this.resultType.type(), this.what);
			return;
		}
		List<Consumer<TaskUpdate>> told;
		synchronized (this) {
			told = this.pending ? List.of() : List.copyOf(this.listeners);
			this.pending = true;
		}
		told.forEach((listener) -> tell(listener, new TaskUpdate.Pending()));
	}

	@Override
	public void failed(Throwable failure) {
		this.accepted.completeExceptionally(failure);
		this.result.completeExceptionally(failure);
	}

	private void tell(Consumer<TaskUpdate> listener, TaskUpdate update) {
		try {
			listener.accept(update);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener to {} failed on {}", this.what, update, ex);
		}
	}

}

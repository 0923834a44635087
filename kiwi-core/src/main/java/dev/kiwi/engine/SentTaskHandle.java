package dev.kiwi.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.kiwi.CancelOutcome;
import dev.kiwi.Registration;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskUpdate;
import dev.kiwi.TypeRef;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender's end of a task.
 */
final class SentTaskHandle<R> implements TaskHandle<R>, PendingReplies.Waiting {

	private static final Logger logger = LoggerFactory.getLogger(SentTaskHandle.class);

	private final EngineContext context;

	private final Object what;

	private final TypeRef<R> resultType;

	private final Function<String, CompletionStage<CancelOutcome>> cancelling;

	private volatile CompletableFuture<Void> accepted = new CompletableFuture<>();

	private boolean asked;

	private boolean taken;

	private final ResultFuture<R> result = new ResultFuture<>(() -> this.accepted);

	private final List<Consumer<TaskUpdate>> listeners = new ArrayList<>();

	private final List<SentTaskHandle<?>> joined = new ArrayList<>();

	private volatile String id;

	/** Whether the task's end was heard of, whatever became of the result here. */
	private volatile boolean over;

	/** Replies that are to be handled one after the other; null where there was none. */
	private @Nullable Deque<Reply> unhandled;

	/** The last update of each kind, for whoever begins to listen. */
	private final Map<Class<?>, TaskUpdate> latest = new LinkedHashMap<>();

	SentTaskHandle(EngineContext context, String id, Object what, TypeRef<R> resultType,
			Function<String, CompletionStage<CancelOutcome>> cancelling) {
		this.context = context;
		this.id = id;
		this.what = what;
		this.resultType = resultType;
		this.cancelling = cancelling;
	}

	@Override
	public String id() {
		return this.id;
	}

	/** It is on its way; whether that may be waited for is the transport's to say. */
	void sending(CompletableFuture<?> sent) {
		this.accepted = EngineContext.answer(sent);
	}

	/** The task that is waited for was sent before, under another id. */
	void standsFor(String standing) {
		this.id = standing;
	}

	/** Somebody else waits for the same. */
	synchronized void join(SentTaskHandle<?> other) {
		this.joined.add(other);
	}

	@Override
	public synchronized CompletableFuture<Void> accepted() {
		this.asked = true;
		return this.accepted;
	}

	@Override
	public CompletableFuture<R> result() {
		return this.result;
	}

	@Override
	public CompletionStage<CancelOutcome> cancel() {
		return this.over ? CompletableFuture.completedStage(CancelOutcome.ALREADY_FINISHED)
				: this.cancelling.apply(this.id);
	}

	@Override
	public synchronized boolean isPending() {
		return this.latest.containsKey(TaskUpdate.Pending.class);
	}

	@Override
	public Registration onUpdate(Consumer<TaskUpdate> listener) {
		List<TaskUpdate> before;
		synchronized (this) {
			this.listeners.add(listener);
			before = List.copyOf(this.latest.values());
		}
		if (!before.isEmpty()) {
			this.context.callback(() -> before.forEach((update) -> tell(listener, update)));
		}
		return () -> {
			synchronized (this) {
				this.listeners.remove(listener);
			}
		};
	}

	/** Called by any thread of the transport's. */
	void taken() {
		synchronized (this) {
			this.taken = true;
			if (!this.asked) {
				// nothing of the user's hangs on what nobody has seen
				this.accepted.complete(null);
				return;
			}
		}
		this.context.complete(this.accepted, () -> this.accepted.complete(null));
	}

	/** They are handled in the order of these calls: no end overtakes an update. */
	@Override
	public void replied(Reply reply) {
		boolean isAlone;
		boolean isNext = false;
		synchronized (this) {
			// nothing was told before, and nobody else's callbacks hang on it
			isAlone = reply.kind().isFinal() && this.unhandled == null && this.joined.isEmpty();
			if (!isAlone) {
				Deque<Reply> replies = (this.unhandled != null) ? this.unhandled : new ArrayDeque<>(2);
				this.unhandled = replies;
				isNext = replies.isEmpty();
				replies.add(reply);
			}
		}
		if (isAlone) {
			this.context.complete(this.result, () -> handle(reply));
		}
		else if (isNext) {
			this.context.callback(() -> handleAll(reply));
		}
	}

	/** Handles a reply, and what comes meanwhile. */
	private void handleAll(Reply first) {
		for (@Nullable
		Reply reply = first; reply != null; reply = next()) {
			try {
				handle(reply);
			}
			catch (Throwable ex) {
				logger.warn("An update of {} could not be told", this.what, ex);
			}
		}
	}

	private synchronized @Nullable Reply next() {
		Deque<Reply> replies = Objects.requireNonNull(this.unhandled);
		replies.remove();
		return replies.peek();
	}

	private void handle(Reply reply) {
		if (reply.kind().isFinal()) {
			this.over = true;
			this.accepted.complete(null);
			this.context.replies().complete(this.result, reply, this.resultType.type(), this.what);
		}
		else {
			updated(this.context.replies().update(reply));
		}
		others().forEach((other) -> other.handle(reply));
	}

	private void updated(TaskUpdate update) {
		List<Consumer<TaskUpdate>> told;
		synchronized (this) {
			boolean again = update instanceof TaskUpdate.Pending && isPending();
			told = again ? List.of() : List.copyOf(this.listeners);
			this.latest.put(update.getClass(), update);
		}
		told.forEach((listener) -> tell(listener, update));
	}

	@Override
	public void failed(Throwable failure) {
		if (!isTaken()) {
			this.context.complete(this.accepted, () -> this.accepted.completeExceptionally(failure));
		}
		this.context.complete(this.result, () -> this.result.completeExceptionally(failure));
		others().forEach((other) -> other.failed(failure));
	}

	private synchronized boolean isTaken() {
		return this.taken;
	}

	private synchronized List<SentTaskHandle<?>> others() {
		return List.copyOf(this.joined);
	}

	private void tell(Consumer<TaskUpdate> listener, TaskUpdate update) {
		try {
			listener.accept(update);
		}
		catch (Throwable ex) {
			logger.warn("A listener to {} failed on {}", this.what, update, ex);
		}
	}

}

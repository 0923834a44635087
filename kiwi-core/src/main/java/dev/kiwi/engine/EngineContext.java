package dev.kiwi.engine;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.kiwi.CommunicatorClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the rooms of one engine share.
 */
final class EngineContext {

	private static final Logger logger = LoggerFactory.getLogger(EngineContext.class);

	/**
	 * How many futures are completed at once. Callbacks are the user's and may block,
	 * also on one another's results, so this is generous.
	 */
	private static final int CALLBACKS = 64;

	private final String instance = UUID.randomUUID().toString();

	private final AtomicLong messages = new AtomicLong();

	private final EngineSettings settings;

	private final Payloads payloads;

	private final Replies replies;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private final EngineObserver observer;

	private final Lane<Runnable> callbacks;

	private final Traces traces = new Traces();

	private volatile boolean closed;

	EngineContext(EngineSettings settings, Payloads payloads, Executor executor, ScheduledExecutorService timer,
			EngineObserver observer) {
		this.settings = settings;
		this.payloads = payloads;
		this.replies = new Replies(payloads);
		this.executor = new StaggeredExecutor(executor, (again) -> timer.schedule(again, 1, TimeUnit.SECONDS));
		this.timer = timer;
		this.observer = observer;
		this.callbacks = new Lane<>(this::execute, CALLBACKS, (callback) -> {
			callback.run();
			return null;
		});
	}

	String instance() {
		return this.instance;
	}

	/** Unique over all processes, and in one of them increasing. */
	String newId() {
		return this.instance + "-" + Long.toString(this.messages.incrementAndGet(), Character.MAX_RADIX);
	}

	EngineSettings settings() {
		return this.settings;
	}

	Payloads payloads() {
		return this.payloads;
	}

	Replies replies() {
		return this.replies;
	}

	Executor executor() {
		return this.executor;
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	/** Does something again and again, whatever befalls it, until the end. */
	void every(Duration pause, Runnable action) {
		this.timer.scheduleWithFixedDelay(() -> {
			try {
				action.run();
			}
			catch (Throwable ex) {
				logger.warn("What is done every {} failed", pause, ex);
			}
		}, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
	}

	EngineObserver observer() {
		return this.observer;
	}

	Traces traces() {
		return this.traces;
	}

	/**
	 * Once the executor has ended there is nobody else to complete what is waited for.
	 */
	private void execute(Runnable callbacks) {
		try {
			this.executor.execute(callbacks);
		}
		catch (RejectedExecutionException ex) {
			callbacks.run();
		}
	}

	/** Runs what may call user code, away from the transport's threads. */
	void callback(Runnable callback) {
		this.callbacks.offer(callback);
	}

	/**
	 * A stage of the transport's as a future of the user's, of the transport's kind: that
	 * may refuse to be waited for.
	 */
	<T extends @Nullable Object> CompletableFuture<T> forUser(CompletionStage<T> stage) {
		CompletableFuture<T> future = answer(stage.toCompletableFuture());
		// nobody can have hung anything on what is done before it is handed out
		boolean done = stage.toCompletableFuture().isDone();
		stage.whenComplete((value, failure) -> {
			Runnable settling = () -> settle(future, value, failure);
			if (done) {
				settling.run();
			}
			else {
				complete(future, settling);
			}
		});
		return future;
	}

	/** Has a future of the user's completed, which may call user code. */
	void complete(CompletableFuture<?> future, Runnable how) {
		if (future instanceof AnswerFuture<?> answer) {
			answer.completeBy(how, this::callback);
		}
		else {
			callback(how);
		}
	}

	/** What may be waited for is completed by who waits. */
	static <T extends @Nullable Object> CompletableFuture<T> answer(CompletableFuture<?> stage) {
		CompletableFuture<T> alike = stage.newIncompleteFuture();
		return (alike.getClass() == CompletableFuture.class) ? new AnswerFuture<>() : alike;
	}

	private static <T extends @Nullable Object> void settle(CompletableFuture<T> future, T value,
			@Nullable Throwable failure) {
		if (failure != null) {
			future.completeExceptionally(Replies.unwrapped(failure));
		}
		else {
			future.complete(value);
		}
	}

	void requireOpen() {
		if (this.closed) {
			throw closedException();
		}
	}

	void close() {
		this.closed = true;
	}

	static CommunicatorClosedException closedException() {
		return new CommunicatorClosedException(
				"The communicator is closed; nothing can be sent, served or waited for any more");
	}

}

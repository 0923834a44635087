package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.kiwi.ConnectionLostException;
import org.jspecify.annotations.Nullable;

/**
 * Does what is asked for now and then, one thing after the other.
 */
final class Clerk {

	private static final int TRIES = 5;

	private final Database database;

	private final Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

	private final ExecutorService thread;

	Clerk(Database database, String name) {
		this.database = database;
		ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread created = new Thread(task, name);
					created.setDaemon(true);
					return created;
				});
		thread.allowCoreThreadTimeOut(true);
		this.thread = thread;
	}

	/**
	 * Works in a transaction of its own.
	 * @param what is done, for errors
	 */
	<R extends @Nullable Object> CompletableFuture<R> transact(String what, Tx.Work<R> work) {
		CompletableFuture<R> done = new CompletableFuture<>();
		try {
			this.thread.execute(() -> {
				try {
					done.complete(transact(work));
				}
				catch (Throwable ex) {
					done.completeExceptionally(
							(ex instanceof SQLException) ? this.database.failure(what + " failed", ex) : ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			done.completeExceptionally(Hub.closed());
		}
		return done;
	}

	/** The same, however long the database is away. */
	<R extends @Nullable Object> CompletableFuture<R> transactOnceThere(String what, Tx.Work<R> work) {
		return transact(what, work).exceptionallyCompose((failure) -> {
			if (failure instanceof ConnectionLostException && !this.thread.isShutdown()) {
				return CompletableFuture.supplyAsync(() -> null, this.later)
					.thenCompose((nothing) -> transactOnceThere(what, work));
			}
			return CompletableFuture.failedFuture(failure);
		});
	}

	/** Ends; what was not begun fails. */
	void close(Duration patience) {
		this.thread.shutdown();
		Hub.awaitEnd(this.thread, patience);
	}

	private <R extends @Nullable Object> R transact(Tx.Work<R> work) throws SQLException {
		for (int tried = 1;; tried++) {
			try {
				return this.database.inTransaction(work);
			}
			catch (SQLException ex) {
				if (tried == TRIES || Database.isConnectionFailure(ex) || !Database.isWorthAnotherTry(ex)) {
					throw ex;
				}
			}
		}
	}

}

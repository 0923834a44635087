package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.SendTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares one commit among all that came while the last one was under way. What fails is
 * tried alone, so that it harms no neighbour.
 *
 * @param <T> what is written
 * @param <R> what its sender is told when it is durable
 */
final class GroupCommit<T, R extends @Nullable Object> {

	private static final Logger logger = LoggerFactory.getLogger(GroupCommit.class);

	/** More rows in one commit were not faster. */
	private static final int MAX_BATCH = 1_000;

	/** What the smallest message counts against the window, in KiB. */
	private static final int LEAST = 1;

	private static final Duration PAUSE = Duration.ofMillis(200);

	private final String what;

	private final Database database;

	private final Action<T, R> action;

	private final @Nullable Duration timeout;

	private final int window;

	private final Semaphore room;

	private final LinkedBlockingQueue<Pending<T, R>> queue = new LinkedBlockingQueue<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final Thread thread;

	/**
	 * A writer.
	 * @param name of its thread
	 * @param what it writes, for errors
	 * @param timeout how long something may wait to be written, or null for ever
	 * @param action writes, and tells the result of each in their order
	 */
	GroupCommit(String name, String what, Database database, @Nullable Duration timeout, Action<T, R> action) {
		this.what = what;
		this.database = database;
		this.action = action;
		this.timeout = timeout;
		this.window = (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST, database.settings().windowBytes() / 1024));
		this.room = new Semaphore(this.window);
		this.thread = new Thread(this::run, name);
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Takes something to be written, after waiting for room.
	 * @param bytes its size
	 */
	CompletableFuture<R> write(T value, int bytes) {
		int cost = (this.timeout != null) ? Math.min(this.window, LEAST + bytes / 1024) : 0;
		if (isClosing()) {
			return CompletableFuture.failedFuture(closed());
		}
		if (cost > 0 && !acquire(cost)) {
			return CompletableFuture.failedFuture(new SendTimeoutException(this.what + " found no room within "
					+ this.timeout + ": the database does not keep up, or is away (kiwi.jdbc.send-timeout)", null));
		}
		Pending<T, R> pending = new Pending<>(value, cost, System.nanoTime(), new CompletableFuture<>());
		this.queue.add(pending);
		if (isClosing() && !this.thread.isAlive() && this.queue.remove(pending)) {
			pending.future().completeExceptionally(closed());
		}
		return pending.future();
	}

	/** Writes what is there still, for so long at most; what comes later fails. */
	void close(Duration patience) {
		this.closing.countDown();
		this.queue.add(new Pending<>(null, 0, 0, new CompletableFuture<>()));
		try {
			// not interrupted after that, which would close H2's file for everybody
			this.thread.join(Math.max(1, patience.toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		List<Pending<T, R>> left = new ArrayList<>();
		this.queue.drainTo(left);
		left.forEach((pending) -> fail(pending, closed()));
	}

	private void run() {
		try {
			List<Pending<T, R>> batch = new ArrayList<>();
			while (!(isClosing() && this.queue.isEmpty())) {
				batch.add(this.queue.take());
				this.queue.drainTo(batch, MAX_BATCH - 1);
				batch.removeIf((pending) -> pending.value() == null);
				write(batch);
				batch.clear();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void write(List<Pending<T, R>> batch) throws InterruptedException {
		List<Pending<T, R>> left = new ArrayList<>(batch);
		boolean again = false;
		while (!left.isEmpty()) {
			try {
				commit(left, again);
				return;
			}
			catch (SQLException ex) {
				if (!Database.isWorthAnotherTry(ex)) {
					if (!Database.isServersTrouble(ex)) {
						refused(left, ex);
						return;
					}
					if (!again) {
						logger.warn("{} could not be written ({}); trying again until it can", this.what,
								ex.toString());
					}
				}
				if (this.timeout != null && Database.isLocked(ex)) {
					lockedOut(left, ex);
					return;
				}
				left.removeIf((pending) -> isOverdue(pending, ex));
				again = true;
				if (this.closing.await(left.isEmpty() ? 0 : PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
					left.forEach((pending) -> fail(pending, closed()));
					return;
				}
			}
			catch (RuntimeException | Error ex) {
				refused(left, ex);
				return;
			}
		}
	}

	/** Somebody's open transaction is in the way of one, which goes behind the others. */
	private void lockedOut(List<Pending<T, R>> batch, SQLException ex) throws InterruptedException {
		if (batch.size() > 1) {
			refused(batch, ex);
		}
		else if (isClosing()) {
			fail(batch.get(0), closed());
		}
		else if (!isOverdue(batch.get(0), ex)) {
			this.queue.add(batch.get(0));
		}
	}

	private void refused(List<Pending<T, R>> batch, Throwable ex) throws InterruptedException {
		if (batch.size() == 1) {
			fail(batch.get(0), this.database.failure(this.what + " could not be written", ex));
			return;
		}
		for (Pending<T, R> alone : batch) {
			write(List.of(alone));
		}
	}

	private void commit(List<Pending<T, R>> batch, boolean again) throws SQLException {
		List<T> values = new ArrayList<>(batch.size());
		batch.forEach((pending) -> values.add(pending.written()));
		List<R> results = this.action.write(this.database, values, again);
		for (int index = 0; index < batch.size(); index++) {
			this.room.release(batch.get(index).cost());
			batch.get(index).future().complete(results.get(index));
		}
	}

	private boolean isOverdue(Pending<T, R> pending, SQLException ex) {
		boolean overdue = this.timeout != null && System.nanoTime() - pending.since() > this.timeout.toNanos();
		if (overdue) {
			fail(pending,
					new SendTimeoutException(this.what + " could not be written within " + this.timeout + ": "
							+ (Database.isLocked(ex) ? "a transaction that does not end has the same, " : "")
							+ ex.getMessage() + " (kiwi.jdbc.send-timeout)", ex));
		}
		return overdue;
	}

	private boolean acquire(int cost) {
		try {
			return this.room.tryAcquire(cost)
					|| this.timeout != null && this.room.tryAcquire(cost, this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private void fail(Pending<T, R> pending, RuntimeException failure) {
		this.room.release(pending.cost());
		pending.future().completeExceptionally(failure);
	}

	private boolean isClosing() {
		return this.closing.getCount() == 0;
	}

	private CommunicatorClosedException closed() {
		return new CommunicatorClosedException(this.what + " was not written: the communicator is closed");
	}

	/**
	 * Writes to the database.
	 */
	@FunctionalInterface
	interface Action<T, R extends @Nullable Object> {

		/**
		 * Writes some values, all of them or none.
		 * @param again whether an earlier try may have been committed all the same
		 */
		List<R> write(Database database, List<T> values, boolean again) throws SQLException;

	}

	private record Pending<T, R extends @Nullable Object>(@Nullable T value, int cost, long since,
			CompletableFuture<R> future) {

		T written() {
			return Objects.requireNonNull(this.value);
		}

	}

}

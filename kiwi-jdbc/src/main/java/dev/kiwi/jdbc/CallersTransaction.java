package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiException;
import dev.kiwi.transport.Settled;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The caller's transaction on the same database: what is sent in it is sent with its
 * commit, and leaves no trace when it is rolled back.
 */
final class CallersTransaction {

	private static final Logger logger = LoggerFactory.getLogger(CallersTransaction.class);

	private final Hub hub;

	private final ConnectionHolder holder;

	private CallersTransaction(Hub hub, ConnectionHolder holder) {
		this.hub = hub;
		this.holder = holder;
	}

	/** The transaction of the current thread, or null where it has none. */
	static @Nullable CallersTransaction current(Hub hub) {
		if (TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager
					.getResource(hub.database().dataSource()) instanceof ConnectionHolder holder
				&& isTransactional(holder)) {
			return new CallersTransaction(hub, holder);
		}
		return null;
	}

	/**
	 * A connection that was only looked up while another database's transaction runs is
	 * bound to the thread as well, and commits each statement by itself.
	 */
	private static boolean isTransactional(ConnectionHolder holder) {
		try {
			return !holder.getConnection().getAutoCommit();
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Writes at once. Where that fails, the transaction cannot be committed.
	 * @param what is sent, for errors
	 * @return completes after the commit, and fails with a rollback
	 */
	<R extends @Nullable Object> CompletableFuture<R> write(Tx.Work<R> work, String what) {
		CompletableFuture<R> sent = new AfterCommit<>(this);
		Joined joined = new Joined((how) -> {
			if (how != Settled.DONE) {
				sent.completeExceptionally(
						new DeliveryFailedException(what + " was not sent: the transaction that it was sent in was "
								+ ((how == Settled.ROLLED_BACK) ? "rolled back" : "ended in doubt")));
			}
		});
		try {
			R written = joined.write(work);
			joined.whenCommitted = () -> sent.complete(written);
		}
		catch (SQLException | RuntimeException ex) {
			sent.completeExceptionally(joined.refuse(this.hub.database().failure(what + " was not sent", ex)));
		}
		return sent;
	}

	/**
	 * Settles a task. Where that is not this worker's any more, the transaction cannot be
	 * committed.
	 * @param what is settled, for errors
	 * @param work settles it
	 * @param ended told how the transaction ended, before all others
	 */
	CompletableFuture<Settled> settle(String what, Tx.Work<Settled> work, Consumer<Settled> ended) {
		CompletableFuture<Settled> settled = new AfterCommit<>(this);
		Joined joined = new Joined((how) -> {
			if (!settled.isDone()) {
				ended.accept(how);
				settled.complete(how);
			}
		});
		try {
			if (joined.write(work) == Settled.LOST_OWNERSHIP) {
				joined.refuse(new KiwiException(what
						+ " is not this worker's any more: what was done for it in this transaction is rolled back"));
				ended.accept(Settled.LOST_OWNERSHIP);
				settled.complete(Settled.LOST_OWNERSHIP);
			}
			return settled;
		}
		catch (SQLException | RuntimeException ex) {
			throw joined.refuse(this.hub.database().failure(what + " was not completed", ex));
		}
	}

	private boolean isCurrent() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.getResource(this.hub.database().dataSource()) == this.holder;
	}

	/**
	 * What becomes true with the commit.
	 */
	private final class Joined implements TransactionSynchronization {

		private final Consumer<Settled> ended;

		private @Nullable Tx tx;

		private final boolean rings;

		private Runnable whenCommitted = () -> {
		};

		private @Nullable KiwiException refusal;

		/** Those that were set after this was written. */
		private final Set<Object> savepoints = new HashSet<>();

		private boolean undone;

		/** Whether this was written before the transaction began to end. */
		private boolean inTime;

		Joined(Consumer<Settled> ended) {
			this.ended = ended;
			TransactionSynchronizationManager.registerSynchronization(this);
			this.rings = CallersTransaction.this.hub.takeBell();
		}

		<R extends @Nullable Object> R write(Tx.Work<R> work) throws SQLException {
			CallersTransaction transaction = CallersTransaction.this;
			this.tx = transaction.hub.database().in(transaction.holder.getConnection(), this.rings);
			return work.in(this.tx);
		}

		/** Lets the transaction end by a rollback only. */
		KiwiException refuse(KiwiException refusal) {
			this.refusal = refusal;
			return refusal;
		}

		@Override
		public void beforeCommit(boolean readOnly) {
			if (this.refusal != null) {
				throw this.refusal;
			}
		}

		@Override
		public void beforeCompletion() {
			this.inTime = true;
		}

		@Override
		public void savepoint(Object savepoint) {
			this.savepoints.add(savepoint);
		}

		@Override
		public void savepointRollback(Object savepoint) {
			if (!this.undone && !this.savepoints.contains(savepoint)) {
				this.undone = true;
				this.refusal = null;
				this.ended.accept(Settled.ROLLED_BACK);
			}
		}

		@Override
		public void afterCompletion(int ended) {
			int status = (ended == STATUS_COMMITTED && !this.inTime) ? commit() : ended;
			if (this.rings) {
				CallersTransaction.this.hub.giveBellBack();
			}
			if (this.undone) {
				return;
			}
			if (status == STATUS_COMMITTED) {
				this.whenCommitted.run();
			}
			this.ended.accept(switch (status) {
				case STATUS_COMMITTED -> Settled.DONE;
				case STATUS_ROLLED_BACK -> Settled.ROLLED_BACK;
				default -> Settled.UNKNOWN;
			});
			if (status != STATUS_ROLLED_BACK && this.tx != null && !this.tx.bells().isEmpty()) {
				CallersTransaction.this.hub.ring(this.tx);
			}
		}

		/**
		 * What is written after a commit, with the connection still there, is nobody
		 * else's to commit: the pool may roll it back.
		 */
		private int commit() {
			try {
				CallersTransaction.this.holder.getConnection().commit();
				return STATUS_COMMITTED;
			}
			catch (SQLException ex) {
				logger.warn("What was written after the commit of a transaction could not be committed", ex);
				return STATUS_UNKNOWN;
			}
		}

	}

	/**
	 * A future that nobody can wait for within the transaction that it waits for.
	 */
	private static final class AfterCommit<R extends @Nullable Object> extends CompletableFuture<R> {

		private final CallersTransaction transaction;

		AfterCommit(CallersTransaction transaction) {
			this.transaction = transaction;
		}

		@Override
		public <U> CompletableFuture<U> newIncompleteFuture() {
			return new AfterCommit<>(this.transaction);
		}

		@Override
		public R get() throws InterruptedException, ExecutionException {
			refuseToWaitForOneself();
			return super.get();
		}

		@Override
		public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
			refuseToWaitForOneself();
			return super.get(timeout, unit);
		}

		@Override
		public R join() {
			refuseToWaitForOneself();
			return super.join();
		}

		private void refuseToWaitForOneself() {
			if (!isDone() && this.transaction.isCurrent()) {
				throw new IllegalStateException("This waits for the commit of the very transaction that waits: what is "
						+ "sent in a transaction is accepted when that commits. Wait after it, or send outside of it");
			}
		}

	}

}

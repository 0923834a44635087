package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.kiwi.DeliveryFailedException;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The caller's transaction on the same database: what is sent in it is sent with its
 * commit, and leaves no trace when it is rolled back.
 */
final class CallersTransaction {

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
				&& holder.isSynchronizedWithTransaction()) {
			return new CallersTransaction(hub, holder);
		}
		return null;
	}

	/**
	 * Writes at once.
	 * @param what is sent, for errors
	 * @return completes after the commit, and fails with a rollback
	 */
	<R extends @Nullable Object> CompletableFuture<R> write(Tx.Work<R> work, String what) {
		CompletableFuture<R> sent = new AfterCommit<>(this);
		try {
			Tx tx = this.hub.database().in(DataSourceUtils.getConnection(this.hub.database().dataSource()));
			R written = work.in(tx);
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int status) {
					if (status == STATUS_COMMITTED) {
						sent.complete(written);
						CallersTransaction.this.hub.ring(tx.bells());
					}
					else {
						sent.completeExceptionally(new DeliveryFailedException(
								what + " was not sent: the transaction that it was sent in was "
										+ ((status == STATUS_ROLLED_BACK) ? "rolled back" : "ended in doubt")));
					}
				}

			});
		}
		catch (SQLException | RuntimeException ex) {
			sent.completeExceptionally(this.hub.database().failure(what + " was not sent", ex));
		}
		return sent;
	}

	private boolean isCurrent() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.getResource(this.hub.database().dataSource()) == this.holder;
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

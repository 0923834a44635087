package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import dev.kiwi.ConnectionLostException;
import dev.kiwi.transport.ServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * The database, as the engine watches it: a bell that is rung by a connection of the
 * pool, and heard by the one that listens, has been through both.
 */
final class RoundTrip implements ServerConnection {

	private final Database database;

	private final String instance;

	private final Executor ringer;

	private final AtomicReference<@Nullable CompletableFuture<Void>> unheard = new AtomicReference<>();

	/**
	 * A round trip.
	 * @param ringer the thread that renews the lease: where that hangs, this is to be
	 * noticed
	 */
	RoundTrip(Database database, String instance, Executor ringer) {
		this.database = database;
		this.instance = instance;
		this.ringer = ringer;
	}

	@Override
	public String name() {
		return "database";
	}

	@Override
	public CompletionStage<Void> ping() {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		this.unheard.set(answer);
		try {
			this.ringer.execute(() -> ring(answer));
		}
		catch (RejectedExecutionException ex) {
			answer.completeExceptionally(Hub.closed());
		}
		return answer;
	}

	@Override
	public void drop(ConnectionLostException cause) {
		this.database.drop(cause);
	}

	/** A word was heard, whatever it says: what was rung before is heard or missed. */
	void heard() {
		CompletableFuture<Void> answer = this.unheard.getAndSet(null);
		if (answer != null) {
			answer.complete(null);
		}
	}

	private void ring(CompletableFuture<Void> answer) {
		try {
			this.database.inTransaction((tx) -> {
				tx.ring(new Bell(this.instance, Bell.BEACON));
				return null;
			});
		}
		catch (SQLException | RuntimeException ex) {
			answer.completeExceptionally(ex);
		}
	}

}

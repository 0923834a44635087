package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.kiwi.DuplicateSubscriberIdentifierException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.RpcDelivery;

/**
 * Serves one identifier. A request stays a row until it is answered, so that another can
 * answer it where this process dies.
 */
final class RpcService implements Subscription, Pump.Source {

	private static final String LOCK = "subscribers";

	private final JdbcMessages messages;

	private final Hub hub;

	private final RpcEndpoint endpoint;

	private final int prefetch;

	private final Consumer<RpcDelivery> listener;

	private final Set<Request> outstanding = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ready;

	private final CompletableFuture<Void> left = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final AtomicBoolean closed = new AtomicBoolean();

	private boolean mayHaveMore;

	RpcService(JdbcMessages messages, Hub hub, RpcEndpoint endpoint, int prefetch, Consumer<RpcDelivery> listener) {
		this.messages = messages;
		this.hub = hub;
		this.endpoint = endpoint;
		this.prefetch = prefetch;
		this.listener = listener;
		this.ready = hub.say("Serving '" + endpoint.identifier() + "'", this::join);
		this.ready.thenRun(() -> hub.wordPump().ring(this));
	}

	@Override
	public String identifier() {
		return this.endpoint.identifier();
	}

	@Override
	public CompletionStage<Void> ready() {
		return this.ready;
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	@Override
	public boolean isServed() {
		return this.ready.isDone() && !this.ready.isCompletedExceptionally() && !this.closed.get()
				&& this.hub.lease().owner() != null;
	}

	private void join(Tx tx, String owner) throws SQLException {
		if (!this.closed.get()) {
			joining(tx, owner);
		}
	}

	/** Says that the owner serves the identifier, if it may. */
	void joining(Tx tx, String owner) throws SQLException {
		tx.before(tx.dialect().boundStandstill());
		Locks.lock(tx, LOCK);
		Departures.sweepAll(tx);
		List<Boolean> others = tx.query(
				"SELECT exclusive FROM {subscriber} WHERE namespace = ? AND identifier = ? AND owner <> ?",
				(row) -> row.getBoolean(1), tx.namespace(), identifier(), owner);
		if (others.contains(true) || this.endpoint.isExclusive() && !others.isEmpty()) {
			throw new DuplicateSubscriberIdentifierException(
					"The RPC identifier '" + identifier() + "' is served by somebody else, and "
							+ (others.contains(true) ? "it is exclusive there" : "it is asked for exclusively here"));
		}
		tx.update("DELETE FROM {subscriber} WHERE namespace = ? AND identifier = ? AND owner = ?", tx.namespace(),
				identifier(), owner);
		tx.update("INSERT INTO {subscriber} (namespace, identifier, owner, exclusive) VALUES (?, ?, ?, ?)",
				tx.namespace(), identifier(), owner, this.endpoint.isExclusive());
		tx.update("UPDATE {message} SET recipient = ? WHERE namespace = ? AND recipient = '' AND box = ?", owner,
				tx.namespace(), box());
	}

	@Override
	public void look() throws SQLException {
		String owner = this.hub.lease().owner();
		int room;
		synchronized (this) {
			room = this.prefetch - this.outstanding.size();
			this.mayHaveMore = room <= 0;
		}
		if (room <= 0 || owner == null || this.closed.get()) {
			return;
		}
		List<Request> read = this.hub.database()
			.atOnce((tx) -> tx.updating("""
					UPDATE {message} SET taken = TRUE WHERE taken = FALSE AND {picked}
					SELECT seq FROM {message} WHERE namespace = ? AND recipient = ? AND box = ? AND taken = FALSE
					AND expires > {statement_now} ORDER BY seq LIMIT ? {skip_locked} {end_picked}""",
					"seq, id, reply_to, content_type, headers, body", (row) -> request(row, owner), tx.namespace(),
					owner, box(), room));
		read.sort(Comparator.comparingLong(Request::seq));
		this.outstanding.addAll(read);
		synchronized (this) {
			this.mayHaveMore |= read.size() == room;
		}
		for (Request request : read) {
			if (this.closed.get()) {
				request.release();
			}
			else {
				this.listener.accept(request);
			}
		}
	}

	private Request request(ResultSet row, String owner) throws SQLException {
		return new Request(row.getLong("seq"), owner, Held.envelope(row));
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.hub.clerk().transactOnceThere("Leaving '" + identifier() + "'", (tx) -> {
				String owner = this.hub.lease().owner();
				if (owner != null) {
					tx.update("DELETE FROM {subscriber} WHERE namespace = ? AND identifier = ? AND owner = ?",
							tx.namespace(), identifier(), owner);
					Departures.passOn(tx, owner, box());
				}
				return null;
			}).whenComplete((nothing, failure) -> {
				this.left.complete(null);
				endIfDone();
			});
		}
	}

	/** As when the process dies. */
	void abandon() {
		this.closed.set(true);
		this.outstanding.clear();
		this.ended.complete(null);
	}

	/** What was taken goes to others by itself. */
	void lost() {
		this.outstanding.clear();
		endIfDone();
	}

	private void over(Request request) {
		this.outstanding.remove(request);
		boolean more;
		synchronized (this) {
			more = this.mayHaveMore && !this.closed.get();
		}
		if (more) {
			this.hub.wordPump().ring(this);
		}
		endIfDone();
	}

	private void endIfDone() {
		if (this.left.isDone() && this.outstanding.isEmpty() && this.ended.complete(null)) {
			this.messages.forget(this);
		}
	}

	private String box() {
		return Word.RPC + identifier();
	}

	@Override
	public String toString() {
		return "RPC identifier '" + identifier() + "'";
	}

	/**
	 * A request in this process's hands.
	 */
	private final class Request implements RpcDelivery {

		private final long seq;

		private final String owner;

		private final Envelope request;

		private final AtomicBoolean over = new AtomicBoolean();

		Request(long seq, String owner, Envelope request) {
			this.seq = seq;
			this.owner = owner;
			this.request = request;
		}

		long seq() {
			return this.seq;
		}

		@Override
		public Envelope request() {
			return this.request;
		}

		@Override
		public void reply(Reply reply) {
			boolean isFinal = reply.kind().isFinal();
			if (isFinal ? !this.over.compareAndSet(false, true) : this.over.get()) {
				return;
			}
			String to = this.request.replyTo();
			var written = RpcService.this.messages
				.write(new Word.Answer(this.seq, this.owner, (to != null) ? to : "", reply), reply.body().length);
			if (isFinal) {
				written.whenComplete((nothing, failure) -> over(this));
			}
		}

		@Override
		public void release() {
			if (this.over.compareAndSet(false, true)) {
				RpcService.this.hub.clerk().transact("Releasing a call", (tx) -> {
					tx.update("UPDATE {message} SET taken = FALSE WHERE seq = ? AND recipient = ?", this.seq,
							this.owner);
					Departures.passOn(tx, this.owner, box());
					return null;
				}).whenComplete((nothing, failure) -> over(this));
			}
		}

	}

}

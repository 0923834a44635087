package dev.kiwi.jdbc;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.Subscription;
import dev.kiwi.TaskQuery;
import dev.kiwi.TaskState;
import dev.kiwi.transport.DeadLetterStore;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.FencingTokens;
import dev.kiwi.transport.KeptResults;
import dev.kiwi.transport.KeptTask;
import dev.kiwi.transport.QueueDepths;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.SingleCopy;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TaskStates;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.TransactionalCompletion;
import dev.kiwi.transport.UniqueKeys;
import dev.kiwi.transport.Verdict;

/**
 * Work as rows of a table.
 */
final class JdbcTasks implements TaskTransport, UniqueKeys, KeptResults, TaskStates, QueueDepths, SingleCopy,
		FencingTokens, TransactionalCompletion {

	private final Hub hub;

	private final GroupCommit<TaskRow, Boolean> sender;

	private final GroupCommit<TaskRow, String> keySender;

	private final GroupCommit<Settlement, Settled> settlements;

	/** Forces to the disk what callers have committed. */
	private final GroupCommit<Boolean, Boolean> forcer;

	private final DeadLetterStore deadLetters;

	private final TaskConsumers consumers;

	JdbcTasks(Hub hub) {
		this.hub = hub;
		Database database = hub.database();
		Duration timeout = database.settings().sendTimeout();
		this.sender = new GroupCommit<>("kiwi-jdbc-sender", "A task", database, timeout, (used, rows, again) -> used
			.atOnceForRows((tx) -> again ? TaskRow.insert(tx, rows) : TaskRow.insertNew(tx, rows)));
		this.keySender = new GroupCommit<>("kiwi-jdbc-key-sender", "A task with a key", database, timeout,
				(used, rows, again) -> used.inTransaction((tx) -> {
					tx.before(tx.dialect().boundLocks());
					tx.before(tx.dialect().boundStandstill());
					return TaskRow.insertUnique(tx, rows);
				}));
		this.settlements = new GroupCommit<>("kiwi-jdbc-settler", "An outcome", database, null, Settlements::write);
		this.forcer = new GroupCommit<>("kiwi-jdbc-forcer", "A commit", database, timeout,
				(used, commits, again) -> used.inTransaction((tx) -> {
					tx.durable();
					return commits;
				}));
		this.deadLetters = new JdbcDeadLetters(hub);
		this.consumers = new TaskConsumers(hub, this.settlements);
	}

	void start() {
		this.sender.start();
		this.keySender.start();
		this.settlements.start();
		if (database().settings().survivePowerLoss()) {
			this.forcer.start();
		}
	}

	private Database database() {
		return this.hub.database();
	}

	/** Those who work here. */
	TaskConsumers consumers() {
		return this.consumers;
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task, Duration delay) {
		TaskRow row = new TaskRow(queue, null, task, delay);
		CallersTransaction callers = CallersTransaction.current(this.hub);
		if (callers != null && this.hub.isOpen()) {
			return done(callers
				.write((tx) -> TaskRow.insert(tx, List.of(row.sentIn(tx))).get(0),
						"Task " + task.id() + " for queue '" + queue + "'")
				.thenCompose(this::forced));
		}
		return done(this.sender.write(row, task.body().length));
	}

	@Override
	public CompletableFuture<String> sendUnique(String queue, String key, Envelope task, Duration delay) {
		TaskRow row = new TaskRow(queue, key, task, delay);
		CallersTransaction callers = CallersTransaction.current(this.hub);
		if (callers != null && this.hub.isOpen()) {
			return callers
				.write((tx) -> row.sentIn(tx).insertUnique(tx), "Task " + task.id() + " for queue '" + queue + "'")
				.thenCompose(this::forced);
		}
		return this.keySender.write(row, task.body().length);
	}

	@Override
	public Subscription consume(String queue, DeliveryGuarantee guarantee, int prefetch,
			Consumer<TaskDelivery> listener) {
		return this.consumers.open(queue, guarantee, prefetch, listener);
	}

	@Override
	public CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
		return this.consumers.poll(queue, timeout);
	}

	@Override
	public CompletableFuture<CancelOutcome> cancel(String id) {
		return this.hub.clerk().transact("Cancelling task " + id, (tx) -> TaskBook.cancel(tx, id));
	}

	@Override
	public CompletableFuture<TaskState> state(String id) {
		return this.hub.clerk().transact("Asking for task " + id, (tx) -> TaskBook.state(tx, id));
	}

	@Override
	public CompletableFuture<Optional<KeptTask>> find(String id) {
		return this.hub.lettersClerk().transact("Looking for task " + id, (tx) -> TaskQueries.find(tx, id));
	}

	@Override
	public CompletableFuture<Page> list(TaskQuery query) {
		return this.hub.lettersClerk().transact("Listing tasks", (tx) -> TaskQueries.list(tx, query));
	}

	@Override
	public CompletableFuture<Map<String, Depth>> depths(Collection<String> queues) {
		return this.hub.lettersClerk().transact("Counting tasks", (tx) -> TaskQueries.depths(tx, queues));
	}

	@Override
	public CompletableFuture<Void> follow(String id) {
		return done(this.hub.clerk().transact("Following task " + id, (tx) -> {
			TaskBook.follow(tx, id, this.hub.instance());
			return true;
		}));
	}

	/** What somebody else has committed, once it is on the disk. */
	private <R> CompletableFuture<R> forced(R committed) {
		return database().settings().survivePowerLoss() ? this.forcer.write(true, 0).thenApply((done) -> committed)
				: CompletableFuture.completedFuture(committed);
	}

	private CompletableFuture<Settled> forcedIfDone(Settled settled) {
		return (settled == Settled.DONE) ? forced(settled).exceptionally((failure) -> Settled.UNKNOWN)
				: CompletableFuture.completedFuture(settled);
	}

	private static CompletableFuture<Void> done(CompletableFuture<Boolean> written) {
		return written.thenAccept((done) -> {
		});
	}

	@Override
	public long fencingToken(TaskDelivery delivery) {
		return ((JdbcDelivery) delivery).held().token();
	}

	@Override
	public CompletableFuture<Settled> completeInTransaction(TaskDelivery delivery, Verdict.Complete verdict) {
		CallersTransaction handlers = CallersTransaction.current(this.hub);
		if (handlers == null) {
			throw new IllegalStateException("Task " + delivery.envelope().id() + " cannot be completed in a "
					+ "transaction: this thread is in none on the database that keeps the tasks. Call it within one, "
					+ "begun by a transaction manager on the same DataSource (kiwi.jdbc.data-source)");
		}
		return ((JdbcDelivery) delivery).settle(handlers, verdict).thenCompose(this::forcedIfDone);
	}

	boolean isInTransaction() {
		return CallersTransaction.current(this.hub) != null;
	}

	@Override
	public DeadLetterStore deadLetters() {
		return this.deadLetters;
	}

	@Override
	public <C> Optional<C> capability(Class<C> type) {
		return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
	}

	/** What is held goes to others; what is being sent is sent still. */
	void close(Duration patience) {
		this.consumers.abandon();
		this.settlements.close(patience);
		this.sender.close(patience);
		this.keySender.close(patience);
		this.forcer.close(patience);
	}

}

package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work as rows of a table.
 */
final class JdbcTasks implements TaskTransport, UniqueKeys, KeptResults, TaskStates, QueueDepths, SingleCopy,
		FencingTokens, TransactionalCompletion {

	private static final Logger logger = LoggerFactory.getLogger(JdbcTasks.class);

	private final Hub hub;

	private final GroupCommit<TaskRow, Boolean> sender;

	private final GroupCommit<TaskRow, String> keySender;

	private final GroupCommit<Settlement, Settled> settlements;

	/** Forces to the disk what callers have committed. */
	private final GroupCommit<Boolean, Boolean> forcer;

	private final DeadLetterStore deadLetters;

	private final Delays delays;

	private final Claims claims;

	private final Set<TaskConsumer> consumers = ConcurrentHashMap.newKeySet();

	/** What was handled here, and nobody knows whether that was written. */
	private final Set<Long> left = ConcurrentHashMap.newKeySet();

	private volatile boolean unheard;

	JdbcTasks(Hub hub) {
		this.hub = hub;
		Database database = hub.database();
		Duration timeout = database.settings().sendTimeout();
		this.sender = new GroupCommit<>("kiwi-jdbc-sender", "A task", database, timeout,
				(used, rows, again) -> used.atOnceForRows((tx) -> TaskRow.insert(tx, rows)));
		this.keySender = new GroupCommit<>("kiwi-jdbc-key-sender", "A task with a key", database, timeout,
				(used, rows, again) -> used.inTransaction((tx) -> TaskRow.insertUnique(tx, rows)));
		this.settlements = new GroupCommit<>("kiwi-jdbc-settler", "An outcome", database, null, Settlements::write);
		this.forcer = new GroupCommit<>("kiwi-jdbc-forcer", "A commit", database, timeout,
				(used, commits, again) -> used.inTransaction((tx) -> {
					tx.durable();
					return commits;
				}));
		this.deadLetters = new JdbcDeadLetters(hub);
		this.claims = new Claims(database);
		this.delays = new Delays(database, hub.taskPump(), hub.timer());
	}

	void start() {
		this.sender.start();
		this.keySender.start();
		this.settlements.start();
		if (database().settings().survivePowerLoss()) {
			this.forcer.start();
		}
	}

	Database database() {
		return this.hub.database();
	}

	Lease lease() {
		return this.hub.lease();
	}

	GroupCommit<Settlement, Settled> settlements() {
		return this.settlements;
	}

	Claims claims() {
		return this.claims;
	}

	void ring(Pump.Source source) {
		this.hub.taskPump().ring(source);
	}

	@Override
	public CompletableFuture<Void> send(String queue, Envelope task, Duration delay) {
		TaskRow row = new TaskRow(queue, null, task, delay);
		CallersTransaction callers = CallersTransaction.current(this.hub);
		if (callers != null && this.hub.isOpen()) {
			return done(callers
				.write((tx) -> TaskRow.insert(tx, List.of(row)).get(0),
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
			return callers.write(row::insertUnique, "Task " + task.id() + " for queue '" + queue + "'")
				.thenCompose(this::forced);
		}
		return this.keySender.write(row, task.body().length);
	}

	@Override
	public Subscription consume(String queue, DeliveryGuarantee guarantee, int prefetch,
			Consumer<TaskDelivery> listener) {
		return open(new TaskConsumer(this, queue, guarantee, prefetch, listener));
	}

	@Override
	public CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
		if (!this.hub.isOpen()) {
			return CompletableFuture.failedFuture(Hub.closed());
		}
		CompletableFuture<Optional<TaskDelivery>> polled = new CompletableFuture<>();
		TaskConsumer consumer = new TaskConsumer(this, queue, DeliveryGuarantee.AT_LEAST_ONCE, 1, (delivery) -> {
			if (!polled.complete(Optional.of(delivery))) {
				delivery.settle(new Verdict.Release());
			}
		});
		polled.whenComplete((delivery, failure) -> consumer.close());
		open(consumer);
		consumer.ended().thenRun(() -> {
			if (!this.hub.isOpen()) {
				polled.completeExceptionally(Hub.closed());
			}
		});
		if (timeout.isZero()) {
			ring(new OneLook(consumer, polled));
		}
		else if (this.hub.isOpen()) {
			Future<?> end = this.hub.timer()
				.schedule(() -> polled.complete(Optional.empty()), timeout.toNanos(), TimeUnit.NANOSECONDS);
			polled.whenComplete((delivery, failure) -> end.cancel(false));
		}
		return polled;
	}

	private TaskConsumer open(TaskConsumer consumer) {
		this.consumers.add(consumer);
		if (!this.hub.isOpen()) {
			consumer.abandon();
		}
		ring(consumer);
		ring(this.delays);
		listenTo(consumer.identifier());
		return consumer;
	}

	/** The thread that listens is told, which alone may do so. */
	private void listenTo(String queue) {
		Database.Known known = database().known();
		if (known == null || !known.doorbell().misses(queue) || !this.hub.isOpen()) {
			return;
		}
		this.hub.clerk().transactOnceThere("Listening to queue '" + queue + "'", (tx) -> {
			tx.ring(new Bell(this.hub.instance(), Doorbell.LISTEN));
			return true;
		}).exceptionally((failure) -> {
			if (this.hub.isOpen()) {
				logger.warn("Tasks of queue '{}' are looked for every {} until its bells are heard", queue, Sweep.EVERY,
						failure);
			}
			return false;
		});
	}

	void forget(TaskConsumer consumer) {
		this.consumers.remove(consumer);
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

	/** There may be tasks in a queue, or in all where it is null. */
	void ring(@Nullable String queue) {
		for (TaskConsumer consumer : this.consumers) {
			if (queue == null || consumer.identifier().equals(queue)) {
				ring(consumer);
			}
		}
	}

	/** There are tasks in a queue, and the current thread may look for them. */
	void ringHere(String queue) {
		for (TaskConsumer consumer : this.consumers) {
			if (consumer.identifier().equals(queue)) {
				this.hub.taskPump().ringHere(consumer);
			}
		}
	}

	/** The queues that are worked on here. */
	Set<String> queues() {
		return this.consumers.stream().map(TaskConsumer::identifier).collect(Collectors.toSet());
	}

	/** There may be tasks that wait for their time. */
	void ringDelays() {
		if (!this.consumers.isEmpty()) {
			ring(this.delays);
		}
	}

	void cancelled(long seq) {
		this.consumers.forEach((consumer) -> consumer.cancel(seq));
	}

	/** Nobody may have heard what a claim has taken. */
	void claimUnheard() {
		this.unheard = true;
	}

	/** Not to be put back, as it may have been run. */
	void leave(long seq) {
		this.left.add(seq);
	}

	/**
	 * Puts back what was taken for this process without its knowledge, as the answer was
	 * lost on its way. Only one thread claims, so that nothing else is unknown meanwhile.
	 */
	void putBackUnheard(String owner) throws SQLException {
		if (!this.unheard) {
			return;
		}
		Set<Long> known = new HashSet<>(this.left);
		this.consumers.forEach((consumer) -> consumer.held().forEach((delivery) -> known.add(delivery.held().seq())));
		database().inTransaction((tx) -> {
			Set<Long> taken = Claims.tasks(Claims.of(tx, owner));
			taken.removeAll(known);
			tx.updating("""
					UPDATE {task} SET state = 0, owner = NULL, token = token + 1
					WHERE seq = ANY(?) AND owner = ? AND state = 1 AND outcome IS NULL""", "queue",
					(row) -> row.getString(1), tx.numbers(taken), owner)
				.forEach((queue) -> tx.ring(Bell.queue(queue)));
			return null;
		});
		this.unheard = false;
	}

	void lost() {
		this.left.clear();
		this.consumers.forEach(TaskConsumer::loseAll);
	}

	/** What is held goes to others; what is being sent is sent still. */
	void close(Duration patience) {
		this.consumers.forEach(TaskConsumer::abandon);
		this.settlements.close(patience);
		this.sender.close(patience);
		this.keySender.close(patience);
		this.forcer.close(patience);
	}

	/** Looks once, and says so where nothing was there. */
	private final class OneLook implements Pump.Source {

		private final TaskConsumer consumer;

		private final CompletableFuture<Optional<TaskDelivery>> polled;

		OneLook(TaskConsumer consumer, CompletableFuture<Optional<TaskDelivery>> polled) {
			this.consumer = consumer;
			this.polled = polled;
		}

		@Override
		public void look() throws SQLException {
			if (lease().joined().isDone()) {
				this.consumer.look();
				this.polled.complete(Optional.empty());
			}
			else {
				lease().joined().thenRun(() -> ring(this));
			}
		}

	}

}

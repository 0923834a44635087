package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.Subscription;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who works on tasks here, and what they may hold.
 */
final class TaskConsumers {

	private static final Logger logger = LoggerFactory.getLogger(TaskConsumers.class);

	private final Hub hub;

	private final GroupCommit<Settlement, Settled> settlements;

	private final Delays delays;

	private final Claims claims;

	private final Set<TaskConsumer> consumers = ConcurrentHashMap.newKeySet();

	/** What was handled here, and nobody knows whether that was written. */
	private final Set<Long> left = ConcurrentHashMap.newKeySet();

	private volatile boolean unheard;

	/**
	 * Nobody works yet.
	 * @param settlements writes what becomes of tasks
	 */
	TaskConsumers(Hub hub, GroupCommit<Settlement, Settled> settlements) {
		this.hub = hub;
		this.settlements = settlements;
		this.claims = new Claims(hub.database());
		this.delays = new Delays(hub.database(), hub.taskPump(), hub.timer());
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

	Subscription open(String queue, DeliveryGuarantee guarantee, int prefetch, Consumer<TaskDelivery> listener) {
		TaskConsumer consumer = new TaskConsumer(this, queue, guarantee, prefetch, listener);
		add(consumer);
		return consumer;
	}

	CompletableFuture<Optional<TaskDelivery>> poll(String queue, Duration timeout) {
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
		add(consumer);
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

	private void add(TaskConsumer consumer) {
		this.consumers.add(consumer);
		if (!this.hub.isOpen()) {
			consumer.abandon();
		}
		ring(consumer);
		ring(this.delays);
		listenTo(consumer.identifier());
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

	/** As when the process dies: what is held goes to others at once. */
	void abandon() {
		this.consumers.forEach(TaskConsumer::abandon);
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

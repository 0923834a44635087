package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.Subscription;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks of a queue, up to so many unsettled at once.
 */
final class TaskConsumer implements Subscription, Pump.Source {

	private static final Logger logger = LoggerFactory.getLogger(TaskConsumer.class);

	/** More at once were not faster. */
	private static final int MAX_CLAIM = 200;

	private final TaskConsumers consumers;

	private final String queue;

	private final DeliveryGuarantee guarantee;

	private final int prefetch;

	private final Consumer<TaskDelivery> listener;

	private final Map<Long, JdbcDelivery> outstanding = new HashMap<>();

	/** Those of them that a handler has. */
	private final Set<Long> begun = new HashSet<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private boolean looking;

	private boolean mayHaveMore;

	private boolean closed;

	TaskConsumer(TaskConsumers consumers, String queue, DeliveryGuarantee guarantee, int prefetch,
			Consumer<TaskDelivery> listener) {
		this.consumers = consumers;
		this.queue = queue;
		this.guarantee = guarantee;
		this.prefetch = prefetch;
		this.listener = listener;
	}

	@Override
	public String identifier() {
		return this.queue;
	}

	@Override
	public CompletionStage<Void> ready() {
		return this.consumers.lease().joined();
	}

	@Override
	public CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	@Override
	public synchronized boolean isServed() {
		return !this.closed && this.consumers.lease().owner() != null;
	}

	@Override
	public void look() throws SQLException {
		String owner = this.consumers.lease().owner();
		int room;
		synchronized (this) {
			room = Math.min(this.prefetch - this.outstanding.size(), MAX_CLAIM);
			if (this.closed || owner == null || !isHungry()) {
				// whoever makes it so rings again
				this.mayHaveMore = true;
				return;
			}
			this.mayHaveMore = false;
			this.looking = true;
		}
		Held.Claimed claimed = Held.Claimed.NOTHING;
		try {
			this.consumers.putBackUnheard(owner);
			claimed = Held.claim(this.consumers.database(), this.queue, owner, this.guarantee, room);
		}
		catch (SQLException ex) {
			this.consumers.claimUnheard();
			throw ex;
		}
		finally {
			looked(claimed, room);
		}
		if (!this.consumers.lease().isHeld(owner)) {
			loseAll();
		}
	}

	private void looked(Held.Claimed claimed, int room) {
		List<JdbcDelivery> deliveries = new ArrayList<>();
		Runnable settled = this.consumers.claims().open(claimed);
		synchronized (this) {
			this.looking = false;
			for (Held held : claimed.tasks()) {
				JdbcDelivery delivery = new JdbcDelivery(held, this, this.consumers.settlements(), settled);
				deliveries.add(delivery);
				if (!this.closed) {
					this.outstanding.put(held.seq(), delivery);
				}
			}
			if (this.closed) {
				// nobody had them
				deliveries.forEach(JdbcDelivery::abandon);
				deliveries.clear();
			}
			this.mayHaveMore |= claimed.tasks().size() == room;
			ringIfHungry();
		}
		deliveries.forEach(this::handOver);
		endIfDone();
	}

	private void handOver(JdbcDelivery delivery) {
		try {
			this.listener.accept(delivery);
		}
		catch (RuntimeException ex) {
			logger.error("The consumer of '{}' did not take task {}; it stays unsettled there", this.queue,
					delivery.envelope().id(), ex);
		}
	}

	/**
	 * It is not this process's any more.
	 * @param result as far as it is known
	 */
	void settled(JdbcDelivery delivery, Settled result) {
		if (result == Settled.UNKNOWN) {
			this.consumers.leave(delivery.held().seq());
		}
		synchronized (this) {
			this.outstanding.remove(delivery.held().seq(), delivery);
			this.begun.remove(delivery.held().seq());
			ringIfHungry();
		}
		endIfDone();
	}

	/** A handler has it: another one may be fetched in advance. */
	synchronized void begun(JdbcDelivery delivery) {
		if (this.outstanding.containsKey(delivery.held().seq()) && this.begun.add(delivery.held().seq())) {
			ringIfHungry();
		}
	}

	private void ringIfHungry() {
		if (this.mayHaveMore && !this.closed && isHungry()) {
			this.consumers.ring(this);
		}
	}

	/**
	 * Whether there is room, and less than half of it is taken by what waits for a
	 * handler: many at once cost little more than one.
	 */
	private boolean isHungry() {
		int taken = this.outstanding.size();
		return taken < this.prefetch && taken - this.begun.size() <= this.prefetch / 2;
	}

	/** Somebody wants a task to end that may be here. */
	void cancel(long seq) {
		JdbcDelivery delivery;
		synchronized (this) {
			delivery = this.outstanding.get(seq);
		}
		if (delivery != null) {
			delivery.cancel();
		}
	}

	/** What it holds goes to others by itself, as the lease is lost. */
	void loseAll() {
		for (JdbcDelivery delivery : held()) {
			if (delivery.lose()) {
				settled(delivery, Settled.LOST_OWNERSHIP);
			}
		}
	}

	/** As when the process dies: what it holds goes to others at once. */
	void abandon() {
		close();
		List<JdbcDelivery> lost = held();
		// first told, then given to others: nobody may believe to own what another has
		lost.removeIf((delivery) -> !delivery.lose());
		lost.forEach(JdbcDelivery::abandon);
		this.ended.complete(null);
		this.consumers.forget(this);
	}

	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		endIfDone();
	}

	synchronized List<JdbcDelivery> held() {
		return new ArrayList<>(this.outstanding.values());
	}

	private void endIfDone() {
		synchronized (this) {
			if (!this.closed || this.looking || !this.outstanding.isEmpty()) {
				return;
			}
		}
		if (this.ended.complete(null)) {
			this.consumers.forget(this);
		}
	}

	@Override
	public String toString() {
		return "Queue '" + this.queue + "'";
	}

}

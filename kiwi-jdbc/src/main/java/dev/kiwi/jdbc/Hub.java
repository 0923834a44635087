package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.kiwi.CommunicatorClosedException;
import dev.kiwi.ConnectionLostException;
import org.jspecify.annotations.Nullable;

/**
 * What the rooms of one transport share.
 */
final class Hub {

	private final Database database;

	private final Pump taskPump = new Pump("kiwi-jdbc-claimer");

	private final Pump wordPump = new Pump("kiwi-jdbc-inbox");

	private final ScheduledThreadPoolExecutor timer;

	private final Clerk clerk;

	private final Clerk lettersClerk;

	private @Nullable Lease lease;

	private @Nullable String instance;

	private @Nullable Consumer<Set<Bell>> ringer;

	private final AtomicBoolean bellTaken = new AtomicBoolean();

	private volatile boolean open;

	Hub(Database database) {
		this.database = database;
		this.clerk = new Clerk(database, "kiwi-jdbc-clerk");
		this.lettersClerk = new Clerk(database, "kiwi-jdbc-letters");
		this.timer = thread("kiwi-jdbc-timer");
	}

	static ScheduledThreadPoolExecutor thread(String name) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		executor.setRemoveOnCancelPolicy(true);
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return executor;
	}

	/** Waits for what is under way in a thread that takes nothing more. */
	static void awaitEnd(ExecutorService thread, Duration patience) {
		try {
			// not interrupted after that, which would close H2's file for everybody
			thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void open(String instance, Lease lease) {
		this.instance = instance;
		this.lease = lease;
		this.open = true;
	}

	/**
	 * Says something of this process under the name of its lease, and again where it has
	 * another one by then.
	 */
	CompletableFuture<Void> say(String what, Saying saying) {
		return lease().joined()
			.thenCompose((nothing) -> clerk().transactOnceThere(what, (tx) -> say(tx, what, saying)))
			.thenCompose(
					(owner) -> lease().isHeld(owner) ? CompletableFuture.completedFuture(null) : say(what, saying));
	}

	private String say(Tx tx, String what, Saying saying) throws SQLException {
		String owner = lease().owner();
		if (owner == null) {
			throw new ConnectionLostException(what + " waits for another lease", null);
		}
		saying.in(tx, owner);
		return owner;
	}

	void ringBy(Consumer<Set<Bell>> ringer) {
		this.ringer = ringer;
	}

	/**
	 * Rings for what somebody else has committed; where that is missed, the sweep finds
	 * it.
	 */
	void ring(Tx committed) {
		Database.Known known = this.database.known();
		boolean all = known != null && known.doorbell().ringHere(known.place(), committed.bells());
		Set<Bell> silent = committed.silent();
		if (!all && !silent.isEmpty()) {
			Objects.requireNonNull(this.ringer).accept(silent);
		}
	}

	/**
	 * Whether a transaction of somebody else's may ring by its own commit, until it gives
	 * that back: one at a time, as such commits wait for each other. The others ring
	 * together, after them.
	 */
	boolean takeBell() {
		return this.bellTaken.compareAndSet(false, true);
	}

	void giveBellBack() {
		this.bellTaken.set(false);
	}

	void shut() {
		this.open = false;
	}

	boolean isOpen() {
		return this.open;
	}

	static CommunicatorClosedException closed() {
		return new CommunicatorClosedException("The JDBC transport is closed");
	}

	Database database() {
		return this.database;
	}

	/** Looks for tasks. */
	Pump taskPump() {
		return this.taskPump;
	}

	/** Looks for replies, requests and broadcasts. */
	Pump wordPump() {
		return this.wordPump;
	}

	ScheduledThreadPoolExecutor timer() {
		return this.timer;
	}

	Clerk clerk() {
		return this.clerk;
	}

	/** Visits of dead letters may take long. */
	Clerk lettersClerk() {
		return this.lettersClerk;
	}

	Lease lease() {
		return Objects.requireNonNull(this.lease, "start() comes first");
	}

	String instance() {
		return Objects.requireNonNull(this.instance, "start() comes first");
	}

	/**
	 * What is said of this process.
	 */
	@FunctionalInterface
	interface Saying {

		void in(Tx tx, String owner) throws SQLException;

	}

}

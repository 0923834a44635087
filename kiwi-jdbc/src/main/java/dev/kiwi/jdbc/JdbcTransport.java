package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.kiwi.KiwiException;
import dev.kiwi.TransportInfo;
import dev.kiwi.jdbc.Database.Known;
import dev.kiwi.transport.MessageTransport;
import dev.kiwi.transport.ServerConnection;
import dev.kiwi.transport.TaskTransport;
import dev.kiwi.transport.Transport;
import dev.kiwi.transport.TransportListener;
import dev.kiwi.transport.WakeUps;
import dev.kiwi.transport.WokenByWords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages over the application's own database, PostgreSQL or H2. Its tables must
 * be there, see {@link JdbcSchema}.
 */
public final class JdbcTransport implements Transport, WokenByWords {

	private static final Logger logger = LoggerFactory.getLogger(JdbcTransport.class);

	/**
	 * How many connections it uses at once while the database answers: on PostgreSQL one
	 * of them all the time to listen on, which is not one of the pool's where that can
	 * be; in H2 one to force the disk. Where all that it does waits, three more.
	 */
	public static final int CONNECTIONS = 7;

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final AtomicBoolean closed = new AtomicBoolean();

	private final Database database;

	private final Hub hub;

	private final JdbcTasks tasks;

	private final JdbcMessages messages;

	private final ScheduledExecutorService heart = Hub.thread("kiwi-jdbc-heartbeat");

	private @Nullable Inbox inbox;

	private @Nullable BellListener bells;

	private @Nullable RoundTrip roundTrip;

	private @Nullable TransportListener listener;

	/**
	 * A transport.
	 * @param dataSource the user's; not closed with the transport
	 * @param settings how the database is used
	 * @throws UnsupportedDatabaseException where the database is there, and none that
	 * kiwi can use
	 * @throws KiwiException where the tables are not there, or not to be written
	 */
	public JdbcTransport(DataSource dataSource, JdbcSettings settings) {
		this.database = new Database(dataSource, settings);
		requireTables(this.database);
		this.hub = new Hub(this.database);
		this.tasks = new JdbcTasks(this.hub);
		this.messages = new JdbcMessages(this.hub);
		this.database.watch(new Watch());
	}

	@Override
	public TaskTransport tasks() {
		return this.tasks;
	}

	@Override
	public MessageTransport messages() {
		return this.messages;
	}

	@Override
	public void start(String instance, TransportListener listener) {
		this.listener = listener;
		Lease lease = new Lease(this.database, instance, new Member());
		this.hub.open(instance, lease);
		this.inbox = new Inbox(this.hub, listener::taskReply, listener::rpcReply, this.tasks.consumers()::cancelled);
		this.hub.taskPump().start();
		this.hub.wordPump().start();
		this.tasks.start();
		this.messages.start();
		RoundTrip roundTrip = new RoundTrip(this.database, instance, this.heart);
		this.roundTrip = roundTrip;
		this.bells = new BellListener(this.database,
				new Doorbell.Ear(instance, this.tasks.consumers()::queues, (word) -> {
					// what this process rings for itself tells nothing of the way
					if (word.equals(Bell.BEACON) || isListening()) {
						roundTrip.heard();
					}
					heard(word);
				}, this.hub::isOpen));
		this.bells.start();
		long lengthMillis = this.database.settings().lease().toMillis();
		Housekeeping housekeeping = new Housekeeping(this.database, lease, this.tasks.consumers().claims());
		this.heart.scheduleWithFixedDelay(housekeeping, 0, lengthMillis / 3, TimeUnit.MILLISECONDS);
		this.hub.timer().scheduleWithFixedDelay(lease::check, lengthMillis, lengthMillis / 10, TimeUnit.MILLISECONDS);
		Sweep sweep = new Sweep(this.hub, this.tasks.consumers()::queues, this::heard);
		this.hub.timer()
			.scheduleWithFixedDelay(() -> this.hub.taskPump().ring(sweep), Sweep.EVERY.toMillis(),
					Sweep.EVERY.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void wakeBy(WakeUps wakeUps) {
		this.database.wakeBy(wakeUps);
	}

	/**
	 * The data source by which Spring knows the transactions on the database.
	 * @return the user's, or what stands behind that where it is aware of transactions
	 * itself
	 */
	public DataSource dataSource() {
		return this.database.dataSource();
	}

	/**
	 * Whether the current thread is in a transaction on the database: what it sends is
	 * sent with the commit of that, and a task can be completed in it.
	 * @return false also where the transaction is another data source's
	 */
	public boolean isInTransaction() {
		return this.tasks.isInTransaction();
	}

	@Override
	public TransportInfo info() {
		Known known = this.database.known();
		return new TransportInfo("jdbc", this.hub.isOpen() && this.database.isThere(), (known != null)
				? Map.of("product", known.sql().dialect().product(), "version", known.version()) : Map.of());
	}

	@Override
	public List<ServerConnection> connections() {
		RoundTrip watched = this.roundTrip;
		return (watched != null && this.hub.isOpen() && this.database.isThere()) ? List.of(watched) : List.of();
	}

	@Override
	public void close() {
		if (!this.hub.isOpen() || !this.closed.compareAndSet(false, true)) {
			return;
		}
		this.hub.shut();
		this.hub.taskPump().close(PATIENCE.toMillis());
		this.hub.wordPump().close(PATIENCE.toMillis());
		this.heart.shutdown();
		this.tasks.close(PATIENCE);
		this.messages.close(PATIENCE);
		this.hub.lettersClerk().close(PATIENCE);
		// who joins while it leaves would be there still
		Hub.awaitEnd(this.heart, PATIENCE);
		this.hub.clerk().transact("Leaving", (tx) -> {
			this.hub.lease().leave(tx);
			tx.ring(new Bell(this.hub.instance(), Doorbell.CLOSE));
			return null;
		}).exceptionally((failure) -> {
			logger.warn("Others learn that this process has left when its lease is over: {}", failure.toString());
			return null;
		});
		this.hub.clerk().close(PATIENCE);
		Objects.requireNonNull(this.bells).close(PATIENCE);
		this.hub.timer().shutdown();
	}

	/** Better told now than by every task; a database that is away may come. */
	private static void requireTables(Database database) {
		try {
			database.inTransaction((tx) -> tx.update("UPDATE {instance} SET listening = TRUE WHERE 1 = 0"));
			String advice = database.atOnce((tx) -> tx.dialect().advice(tx));
			if (advice != null) {
				logger.warn(advice);
			}
		}
		catch (SQLException ex) {
			if (!Database.isConnectionFailure(ex)) {
				throw new KiwiException("kiwi's tables '" + database.settings().tablePrefix() + "…' cannot be used: "
						+ ex.getMessage() + ". Set kiwi.jdbc.initialize-schema=always to have "
						+ "them created, or run dev/kiwi/jdbc/schema-postgresql.sql (schema-h2.sql) yourself, and see "
						+ "that the user may write to them", ex);
			}
		}
	}

	private boolean isListening() {
		BellListener listening = this.bells;
		return listening != null && listening.isThisThread();
	}

	private void heard(String word) {
		String queue = Bell.queueOf(word);
		String identifier = Bell.identifierOf(word);
		boolean all = word.equals(Bell.EVERYWHERE);
		if (queue != null && isListening()) {
			this.tasks.consumers().ringHere(queue);
		}
		else if (queue != null || all) {
			this.tasks.consumers().ring(queue);
		}
		if (identifier != null || all) {
			this.messages.ring(identifier);
		}
		if (word.equals(Bell.DELAYED) || all) {
			this.tasks.consumers().ringDelays();
		}
		if (word.equals(Bell.BROADCAST) || all) {
			this.messages.ringBroadcasts();
		}
		if (word.equals(Bell.TOLD) || all) {
			this.hub.wordPump().ring(Objects.requireNonNull(this.inbox));
		}
	}

	/**
	 * What hangs on the lease.
	 */
	private final class Member implements Lease.Member {

		@Override
		public void joining(Tx tx, String owner) throws SQLException {
			JdbcTransport.this.messages.joining(tx, owner);
		}

		@Override
		public void joined() {
			heard(Bell.EVERYWHERE);
		}

		@Override
		public void lost() {
			JdbcTransport.this.tasks.consumers().lost();
			JdbcTransport.this.messages.lost();
		}

	}

	/**
	 * Tells of outages.
	 */
	private final class Watch implements Database.Watcher {

		@Override
		public void lost(Throwable cause) {
			TransportListener listener = JdbcTransport.this.listener;
			if (listener != null && JdbcTransport.this.hub.isOpen()) {
				listener.connectionLost(cause);
			}
		}

		@Override
		public void found() {
			TransportListener listener = JdbcTransport.this.listener;
			if (listener != null && JdbcTransport.this.hub.isOpen()) {
				listener.connectionRecovered();
				heard(Bell.EVERYWHERE);
			}
		}

	}

}

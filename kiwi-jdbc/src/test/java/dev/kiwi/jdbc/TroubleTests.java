package dev.kiwi.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RpcCall;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.UnroutableException;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.Envelope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What a database or its pool may do at any moment.
 */
@OnEachDatabase
@Timeout(60)
class TroubleTests {

	private static final SQLException CUT_OFF = new SQLTransientConnectionException("cut off", "08006");

	private final TestDatabase database;

	private final JdbcSettings settings;

	private final Gate gate;

	private final KiwiCommunicator kiwi;

	TroubleTests(TestDatabase.Kind kind) {
		this.database = kind.open();
		this.settings = this.database.settings().withLease(Duration.ofSeconds(1));
		this.gate = new Gate(this.database);
		this.kiwi = KiwiCommunicatorBuilder.with(new JdbcTransport(this.gate, this.settings)).build();
	}

	@AfterEach
	void close() {
		this.kiwi.close();
		this.database.dataSource().close();
	}

	@Test
	void whatAnErrorCutsOffIsRolledBack() throws SQLException {
		Database rows = new Database(this.database.dataSource(), this.settings);
		TaskRow row = new TaskRow("work", null, new Envelope("half", null, null, Map.of(), new byte[0]), Duration.ZERO);
		assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(() -> rows.inTransaction((tx) -> {
			TaskRow.insert(tx, List.of(row));
			throw new NoClassDefFoundError("dev.Missing");
		}));
		TaskState state = rows.inTransaction((tx) -> TaskBook.state(tx, "half"));
		assertThat(state).isEqualTo(TaskState.UNKNOWN);
	}

	@Test
	void noThreadEndsWithAnErrorOfThePool() throws Exception {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> go = new CompletableFuture<>();
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> {
			begun.complete(null);
			go.get(30, TimeUnit.SECONDS);
			return text;
		});
		TaskHandle<String> first = this.kiwi.sendTask("work", "first", String.class);
		begun.get(10, TimeUnit.SECONDS);
		this.gate.refuse(new NoClassDefFoundError("dev.Missing"));
		SentTask second = this.kiwi.sendTask("work", "second");
		go.complete(null);
		this.gate.awaitRefused("kiwi-jdbc-sender", "kiwi-jdbc-settler", "kiwi-jdbc-heartbeat");
		this.gate.open();
		assertThat(first.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("first");
		assertThat(second.accepted()).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(this.kiwi.sendTask("work", "third", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
			.isEqualTo("third");
	}

	@Test
	void whoLeavesAnIdentifierWhileTheDatabaseIsAwayIsNotCalledAfterThat() throws Exception {
		JdbcSettings longer = this.settings.withNamespace("leaving").withLease(Duration.ofSeconds(30));
		try (KiwiCommunicator callee = KiwiCommunicatorBuilder.with(new JdbcTransport(this.gate, longer)).build()) {
			Subscription served = callee.addRpcSubscriber("leaving", String.class, (text, call) -> text);
			served.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
			this.gate.refuse(CUT_OFF);
			served.close();
			this.gate.awaitRefused("kiwi-jdbc-clerk");
			this.gate.open();
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(call(callee, "leaving")).failsWithin(5, TimeUnit.SECONDS)
					.withThrowableThat()
					.withCauseInstanceOf(UnroutableException.class));
		}
	}

	@Test
	void whoDoesNotHearThatItHasJoinedIsNotKeptOutByItself() throws Exception {
		Subscription served = this.kiwi.addRpcSubscriber(RpcEndpoint.of("only").exclusive(), String.class,
				(text, call) -> text);
		served.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
		this.gate.refuse(CUT_OFF);
		await().atMost(Duration.ofSeconds(10)).until(() -> !served.isServed());
		this.gate.doubt("kiwi-jdbc-heartbeat");
		this.gate.open();
		this.gate.awaitDoubted();
		await().atMost(Duration.ofSeconds(10)).until(() -> this.kiwi.transportInfo().connected());
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(
					() -> assertThat(call(this.kiwi, "only")).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("x"));
	}

	@Test
	void whatBeginsWhileTheLeaseIsLostIsOfTheNextOne() throws Exception {
		this.gate.hold("kiwi-jdbc-clerk");
		Subscription served = this.kiwi.addRpcSubscriber("begins", String.class, (text, call) -> text);
		this.gate.awaitHeld();
		Database rows = new Database(this.database.dataSource(), this.settings);
		List<String> former = owners(rows);
		rows.inTransaction((tx) -> tx.update("DELETE FROM {instance} WHERE namespace = ?", tx.namespace()));
		await().atMost(Duration.ofSeconds(10)).until(() -> !owners(rows).isEmpty() && !owners(rows).equals(former));
		this.gate.letGo();
		served.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
		assertThat(call(this.kiwi, "begins")).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("x");
	}

	private static List<String> owners(Database rows) throws SQLException {
		return rows.atOnce((tx) -> tx.query("SELECT owner FROM {instance} WHERE namespace = ?",
				(row) -> row.getString(1), tx.namespace()));
	}

	@Test
	void whoClosesAtOnceLeavesNothingBehind() throws SQLException {
		this.kiwi.close();
		Set<Thread> before = doorbells();
		for (int round = 0; round < 20; round++) {
			JdbcSettings settings = this.database.settings();
			KiwiCommunicatorBuilder.with(new JdbcTransport(this.database.dataSource(), settings)).build().close();
			Database rows = new Database(this.database.dataSource(), settings);
			assertThat(owners(rows)).isEmpty();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> before.containsAll(doorbells()));
	}

	/** Those of other tests, too. */
	private static Set<Thread> doorbells() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("kiwi-jdbc-doorbell"))
			.collect(Collectors.toSet());
	}

	private static CompletableFuture<String> call(KiwiCommunicator kiwi, String identifier) {
		return kiwi.callRpc(RpcCall.of(identifier, "x").withTimeout(Duration.ofSeconds(1)), String.class);
	}

	/**
	 * The way to the database.
	 */
	private static final class Gate extends DelegatingDataSource {

		private final Set<String> refused = ConcurrentHashMap.newKeySet();

		private final AtomicReference<@Nullable String> doubted = new AtomicReference<>();

		private volatile @Nullable Throwable refusal;

		private final AtomicReference<@Nullable String> held = new AtomicReference<>();

		private volatile CountDownLatch letGo = new CountDownLatch(0);

		Gate(TestDatabase database) {
			super(database.dataSource());
		}

		void refuse(Throwable refusal) {
			this.refusal = refusal;
		}

		void open() {
			this.refusal = null;
		}

		void awaitRefused(String... threads) {
			await().atMost(Duration.ofSeconds(20)).until(() -> this.refused.containsAll(Set.of(threads)));
		}

		/** The answer to the next commit of a thread is lost. */
		void doubt(String thread) {
			this.doubted.set(thread);
		}

		void awaitDoubted() {
			await().atMost(Duration.ofSeconds(20)).until(() -> this.doubted.get() == null);
		}

		/** A thread commits nothing until it is let go. */
		void hold(String thread) {
			this.letGo = new CountDownLatch(1);
			this.held.set(thread);
		}

		void awaitHeld() {
			await().atMost(Duration.ofSeconds(20)).until(() -> this.held.get() == null);
		}

		void letGo() {
			this.letGo.countDown();
		}

		@Override
		public Connection getConnection() throws SQLException {
			Throwable refusal = this.refusal;
			if (refusal != null) {
				this.refused.add(Thread.currentThread().getName());
				if (refusal instanceof Error error) {
					throw error;
				}
				throw (SQLException) refusal;
			}
			Connection connection = obtainTargetDataSource().getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, arguments) -> invoke(connection, method, arguments));
		}

		/** Names are compared by their text. */
		private boolean isDoubted() {
			String thread = this.doubted.get();
			return Thread.currentThread().getName().equals(thread) && this.doubted.compareAndSet(thread, null);
		}

		private @Nullable Object invoke(Connection connection, Method method, @Nullable Object[] arguments)
				throws Throwable {
			String waits = this.held.get();
			if (method.getName().equals("commit") && Thread.currentThread().getName().equals(waits)) {
				this.held.set(null);
				this.letGo.await(20, TimeUnit.SECONDS);
			}
			try {
				Object result = method.invoke(connection, arguments);
				if (method.getName().equals("commit") && isDoubted()) {
					throw CUT_OFF;
				}
				return result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}

	}

}

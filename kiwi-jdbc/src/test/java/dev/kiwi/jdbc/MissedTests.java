package dev.kiwi.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a process misses that the database has done.
 */
@OnEachDatabase
@Timeout(90)
class MissedTests {

	private final TestDatabase.Kind kind;

	private final TestDatabase database;

	private final JdbcSettings settings;

	private final List<KiwiCommunicator> processes = new ArrayList<>();

	MissedTests(TestDatabase.Kind kind) {
		this.kind = kind;
		this.database = kind.open();
		this.settings = this.database.settings();
	}

	@AfterEach
	void close() {
		this.processes.forEach(KiwiCommunicator::close);
		this.database.dataSource().close();
	}

	@Test
	void aTaskWhoseBellWasMissedRunsByTheSweep() throws Exception {
		assumeTrue(this.kind == TestDatabase.Kind.POSTGRESQL);
		KiwiCommunicator worker = process(this.database.dataSource());
		worker.addTaskSubscriber("work", String.class, (text, task) -> text);
		TaskHandle<String> missed = worker.sendTask("elsewhere", "x", String.class);
		missed.accepted().get(10, TimeUnit.SECONDS);
		// it listens since, and has looked at all that was there
		assertThat(worker.sendTask("work", "y", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS);
		new Database(this.database.dataSource(), this.settings).atOnce((tx) -> tx.update(
				"UPDATE {task} SET queue = 'work' WHERE queue = 'elsewhere' " + "AND namespace = ?", tx.namespace()));
		assertThat(missed.result()).succeedsWithin(15, TimeUnit.SECONDS).isEqualTo("x");
	}

	@Test
	void whatWasTakenByAClaimWhoseAnswerWasLostRunsAllTheSame() {
		AtomicBoolean loseAnswer = new AtomicBoolean();
		KiwiCommunicator worker = process(losingAnswers(loseAnswer));
		CompletableFuture<String> running = new CompletableFuture<>();
		worker.addTaskSubscriber("work", String.class, (text, task) -> text.equals("long") ? running : text);
		KiwiCommunicator sender = process(this.database.dataSource());
		TaskHandle<String> before = sender.sendTask("work", "long", String.class);
		await().atMost(Duration.ofSeconds(10)).until(before::isPending);
		loseAnswer.set(true);
		assertThat(sender.sendTask("work", "x", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS)
			.isEqualTo("x");
		assertThat(loseAnswer).isFalse();
		running.complete("never put back");
		assertThat(before.result()).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("never put back");
	}

	@Test
	void aKeySentFromTwoOpenTransactionsIsThereOnce() throws Exception {
		KiwiCommunicator kiwi = process(this.database.dataSource());
		Task task = Task.of("work", "x").withKey("twice");
		TransactionTemplate transactions = new TransactionTemplate(
				new JdbcTransactionManager(this.database.dataSource()));
		CompletableFuture<TaskHandle<String>> second = new CompletableFuture<>();
		TaskHandle<String> first = transactions.execute((status) -> {
			TaskHandle<String> sent = kiwi.sendTask(task, String.class);
			CompletableFuture
				.runAsync(() -> second.complete(transactions.execute((other) -> kiwi.sendTask(task, String.class))));
			// it waits for this transaction's end, and must not miss its task
			await().during(Duration.ofMillis(200)).until(() -> !second.isDone());
			return sent;
		});
		second.get(10, TimeUnit.SECONDS).accepted().get(10, TimeUnit.SECONDS);
		first.accepted().get(10, TimeUnit.SECONDS);
		assertThat(second.join().id()).isEqualTo(first.id());
		kiwi.addTaskSubscriber("work", String.class, (text, context) -> text + context.attempt());
		assertThat(first.result()).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("x1");
		assertThat(second.join().result()).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("x1");
	}

	KiwiCommunicator process(DataSource source) {
		KiwiCommunicator process = KiwiCommunicatorBuilder.with(new JdbcTransport(source, this.settings)).build();
		this.processes.add(process);
		return process;
	}

	/**
	 * Where asked to, the next claim that takes something is done, and its answer lost:
	 * that of the statement, or in H2 that of the commit.
	 */
	private DataSource losingAnswers(AtomicBoolean lose) {
		return new DelegatingDataSource(this.database.dataSource()) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = obtainTargetDataSource().getConnection();
				AtomicBoolean claiming = new AtomicBoolean();
				return proxy(Connection.class, connection, (name, argument, result) -> {
					boolean claim = name.equals("prepareStatement") && argument.contains("SET state = 1");
					claiming.compareAndSet(false, claim);
					if (name.equals("commit") && claiming.get()) {
						lose(lose);
					}
					return claim ? losing((PreparedStatement) result, lose) : result;
				});
			}

		};
	}

	private static PreparedStatement losing(PreparedStatement statement, AtomicBoolean lose) {
		return proxy(PreparedStatement.class, statement, (name, argument, result) -> {
			if (name.equals("execute")) {
				lose(lose);
			}
			return result;
		});
	}

	private static void lose(AtomicBoolean lose) throws SQLException {
		if (lose.compareAndSet(true, false)) {
			throw new SQLNonTransientConnectionException("cut off", "08006");
		}
	}

	private static <T> T proxy(Class<T> type, T target, After after) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				try {
					Object result = method.invoke(target, arguments);
					return after.of(method.getName(),
							(arguments != null && arguments.length > 0) ? String.valueOf(arguments[0]) : "", result);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

	/**
	 * What becomes of a method's result.
	 */
	@FunctionalInterface
	private interface After {

		Object of(String method, String argument, Object result) throws SQLException;

	}

}

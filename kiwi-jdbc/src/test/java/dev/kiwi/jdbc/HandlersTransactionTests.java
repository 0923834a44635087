package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.kiwi.IncomingTask;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.TaskContext;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskHandler;
import dev.kiwi.TaskState;
import dev.kiwi.TaskUpdate;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.engine.QueueSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a handler writes, what it sends and the end of its task are one transaction.
 */
@OnEachDatabase
@Timeout(60)
class HandlersTransactionTests {

	private final TestDatabase.Kind kind;

	private final TestDatabase database;

	private final JdbcSettings settings;

	private final JdbcTransactionManager manager;

	private final AtomicBoolean commitIsLost = new AtomicBoolean();

	private final JdbcClient inside;

	private final DataSource handlers;

	private final KiwiCommunicator kiwi;

	HandlersTransactionTests(TestDatabase.Kind kind) {
		this.kind = kind;
		this.database = kind.open();
		this.settings = this.database.settings().withLease(Duration.ofSeconds(5));
		this.handlers = new DelegatingDataSource(this.database.dataSource());
		this.manager = new JdbcTransactionManager(this.handlers) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				super.doCommit(status);
				if (HandlersTransactionTests.this.commitIsLost.compareAndSet(true, false)) {
					throw new TransactionSystemException("no answer");
				}
			}

		};
		this.inside = JdbcClient.create(this.handlers);
		this.kiwi = KiwiCommunicatorBuilder.with(new JdbcTransport(this.handlers, this.settings))
			.settings(EngineSettings.defaults()
				.withTasks(QueueSettings.defaults()
					.withConcurrency(1)
					.withRetry(3, new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1)))))
			.build();
	}

	@BeforeEach
	void table() {
		own("DROP TABLE IF EXISTS effect");
		own("CREATE TABLE effect (what varchar(50))");
	}

	@AfterEach
	void close() {
		this.kiwi.close();
		this.database.dataSource().close();
	}

	@Test
	void aHandlerThatIsCutOffBetweenItsWriteAndTheCommitHasDoneNeither() {
		assumeTrue(this.kind == TestDatabase.Kind.POSTGRESQL);
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			write(text);
			if (!task.isRedelivered() && task.attempt() == 1) {
				task.completeInTransaction("never");
				// as the death of the process, to the database
				own("SELECT pg_terminate_backend(" + number("SELECT pg_backend_pid()") + ")");
			}
			return text;
		}));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
		assertThat(written()).containsExactly("x");
	}

	@Test
	void whoStandsStillBeforeTheCommitHoldsUpNobody() throws Exception {
		assumeTrue(this.kind == TestDatabase.Kind.POSTGRESQL);
		Semaphore release = new Semaphore(0);
		CompletableFuture<Void> completed = new CompletableFuture<>();
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			write(text);
			task.completeInTransaction(text);
			completed.complete(null);
			release.acquireUninterruptibly();
			return text;
		}));
		completed.get(10, TimeUnit.SECONDS);
		assertThat(CompletableFuture.runAsync(this::departed)).as("a sweep of others")
			.succeedsWithin(10, TimeUnit.SECONDS);
		release.release();
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
		assertThat(written()).containsExactly("x");
	}

	@Test
	void theTaskItsEffectAndWhatItSendsAreCommittedTogether() {
		AtomicInteger runs = new AtomicInteger();
		List<TaskState> before = new CopyOnWriteArrayList<>();
		this.kiwi.addTaskSubscriber("next", String.class, (text, task) -> "next " + text);
		CompletableFuture<TaskHandle<String>> sent = new CompletableFuture<>();
		TaskHandle<String> handle = handling((text, task) -> {
			String result = inTransaction(() -> {
				runs.incrementAndGet();
				write(text);
				sent.complete(this.kiwi.sendTask("next", text, String.class));
				task.completeInTransaction("done " + text);
				before.add(this.kiwi.taskState(task.id()).toCompletableFuture().join());
				return "does not count";
			});
			before.add(this.kiwi.taskState(task.id()).toCompletableFuture().join());
			return result;
		});
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("done x");
		assertThat(sent.join().result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("next x");
		// the result may be there before the handler has asked
		await().untilAsserted(() -> assertThat(before).containsExactly(TaskState.RUNNING, TaskState.SUCCEEDED));
		assertThat(written()).containsExactly("x");
		assertThat(runs).hasValue(1);
	}

	@Test
	void aRollbackIsAFailureLikeAnother() {
		List<CompletableFuture<Void>> sent = new CopyOnWriteArrayList<>();
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			write(text + task.attempt());
			sent.add(this.kiwi.sendTask("next", text).accepted());
			task.completeInTransaction("attempt " + task.attempt());
			if (task.attempt() == 1) {
				throw new IllegalStateException("after all not");
			}
			return null;
		}));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("attempt 2");
		assertThat(written()).containsExactly("x2");
		assertThat(sent.get(0)).failsWithin(10, TimeUnit.SECONDS);
		assertThat(sent.get(1)).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@Test
	void aHandlerMayTryItsTransactionAgain() {
		TaskHandle<String> handle = handling((text, task) -> {
			for (int tried = 1; tried < 3; tried++) {
				String what = text + tried;
				new TransactionTemplate(this.manager).executeWithoutResult((status) -> {
					write(what);
					task.completeInTransaction(what);
					if (what.equals("x1")) {
						status.setRollbackOnly();
					}
				});
			}
			return "does not count";
		});
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x2");
		assertThat(written()).containsExactly("x2");
	}

	@Test
	void whatWasCommittedStaysSoWhateverTheHandlerDoesThen() {
		AtomicInteger runs = new AtomicInteger();
		CompletableFuture<Void> departed = new CompletableFuture<>();
		TaskHandle<String> handle = handling((text, task) -> {
			runs.incrementAndGet();
			inTransaction(() -> {
				write(text);
				task.completeInTransaction(text);
				return null;
			});
			// as after the death of the process
			departed();
			departed.complete(null);
			throw new IllegalStateException("too late");
		});
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
		// the next one would be taken from a process that is taken for dead
		assertThat(departed).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(this.kiwi.sendTask("work", "y", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
			.isEqualTo("y");
		assertThat(runs).as("one each").hasValue(2);
	}

	@Test
	void aCommitOfWhichNoAnswerCameIsNotDoneAgain() {
		this.commitIsLost.set(true);
		AtomicInteger runs = new AtomicInteger();
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			runs.incrementAndGet();
			write(text);
			task.completeInTransaction("done");
			return null;
		}));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("done");
		assertThat(this.kiwi.sendTask("work", "y", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS);
		assertThat(runs).as("one each").hasValue(2);
		assertThat(written()).containsExactly("x", "y");
		assertThat(this.kiwi.taskState(handle.id())).succeedsWithin(10, TimeUnit.SECONDS)
			.isEqualTo(TaskState.SUCCEEDED);
	}

	@Test
	void whoHasLostItsTaskCannotCommit() {
		CompletableFuture<Throwable> refused = new CompletableFuture<>();
		List<Long> tokens = new CopyOnWriteArrayList<>();
		TaskHandle<String> handle = handling((text, task) -> {
			tokens.add(task.fencingToken());
			if (tokens.size() > 1) {
				return "another";
			}
			try {
				return inTransaction(() -> {
					write(text);
					// as the sweep of another process, after this one stood still
					taken(task);
					try {
						task.completeInTransaction("mine");
					}
					catch (KiwiException ex) {
						// not even who swallows that
						return "swallowed";
					}
					return "not refused";
				});
			}
			catch (KiwiException ex) {
				refused.complete(ex);
				throw ex;
			}
		});
		assertThat(refused).succeedsWithin(20, TimeUnit.SECONDS)
			.satisfies((ex) -> assertThat(ex).hasMessageContaining(handle.id()));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("another");
		assertThat(written()).isEmpty();
		assertThat(tokens.get(1)).isGreaterThan(tokens.get(0));
	}

	@Test
	void whatAHandlerSaysIsHeardBeforeItsCommit() {
		CompletableFuture<Void> heard = new CompletableFuture<>();
		TaskHandle<String> handle = this.kiwi.sendTask("work", "x", String.class);
		handle.onUpdate((update) -> {
			if (update instanceof TaskUpdate.Progress progress && progress.fraction() == 0.5) {
				heard.complete(null);
			}
		});
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> inTransaction(() -> {
			write(text);
			task.progress(0.5);
			heard.get(10, TimeUnit.SECONDS);
			task.completeInTransaction(text);
			return null;
		}));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
	}

	@Test
	void theLeaseIsRenewedWhileTheTransactionIsOpen() {
		String lease = "SELECT max(lease_until) FROM kiwi_instance WHERE namespace = '" + this.settings.namespace()
				+ "'";
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			write(text);
			task.completeInTransaction(text);
			List<String> until = outside(lease);
			await().atMost(Duration.ofSeconds(10)).until(() -> !outside(lease).equals(until));
			return null;
		}));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
	}

	@Test
	void withoutATransactionItIsRefused() {
		TaskHandle<String> handle = handling((text, task) -> {
			assertThatIllegalStateException().isThrownBy(() -> task.completeInTransaction(text))
				.withMessageContainingAll(task.id(), "DataSource");
			TransactionTemplate none = new TransactionTemplate(this.manager);
			none.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
			none.executeWithoutResult((status) -> {
				write(text);
				assertThatIllegalStateException().isThrownBy(() -> task.completeInTransaction(text));
			});
			return inTransaction(() -> {
				task.completeInTransaction(text);
				assertThatIllegalStateException().isThrownBy(() -> task.completeInTransaction("twice"));
				return null;
			});
		});
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
	}

	@Test
	void aSavepointTakesItBack() {
		TransactionTemplate nested = new TransactionTemplate(this.manager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			write(text);
			nested.executeWithoutResult((status) -> {
				task.completeInTransaction("nested");
				status.setRollbackOnly();
			});
			return "returned";
		}));
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("returned");
		assertThat(written()).containsExactly("x");
	}

	@Test
	void whoWantsATaskToEndThatAnOpenTransactionHasCompletedIsToldSoSoon() throws Exception {
		CompletableFuture<String> completed = new CompletableFuture<>();
		Semaphore release = new Semaphore(0);
		TaskHandle<String> handle = handling((text, task) -> inTransaction(() -> {
			task.completeInTransaction(text);
			completed.complete(task.id());
			release.acquireUninterruptibly();
			return text;
		}));
		String id = completed.get(10, TimeUnit.SECONDS);
		assertThat(this.kiwi.cancelTask(id).toCompletableFuture()).failsWithin(8, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(KiwiException.class)
			.withMessageContainingAll(id, "Another transaction", "Try again");
		assertThat(this.kiwi.taskState("unknown").toCompletableFuture()).as("others do not wait for it")
			.succeedsWithin(8, TimeUnit.SECONDS);
		release.release();
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
	}

	@Test
	void aPulledTaskIsCompletedSoAsWell() {
		TaskHandle<String> first = this.kiwi.sendTask("pull", "x", String.class);
		TransactionTemplate transactions = new TransactionTemplate(this.manager);
		transactions.executeWithoutResult((status) -> {
			try (IncomingTask task = next()) {
				task.context().completeInTransaction("never");
				assertThatIllegalStateException().isThrownBy(() -> task.complete("twice"));
				status.setRollbackOnly();
			}
		});
		transactions.executeWithoutResult((status) -> {
			try (IncomingTask task = next()) {
				write("x");
				task.context().completeInTransaction("pulled");
			}
		});
		assertThat(first.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("pulled");
		assertThat(this.kiwi.taskQueue("pull").next(Duration.ZERO)).isEmpty();
	}

	private IncomingTask next() {
		return this.kiwi.taskQueue("pull").next(Duration.ofSeconds(10)).orElseThrow();
	}

	private void taken(TaskContext task) {
		rows((tx) -> {
			tx.ring(Bell.queue("work"));
			return tx.update("UPDATE {task} SET state = 0, token = token + 1, owner = NULL WHERE id = ?", task.id());
		});
	}

	/** What others do with all that this process held, once it is gone. */
	void departed() {
		rows((tx) -> {
			List<String> owners = tx.query("SELECT owner FROM {instance} WHERE namespace = ?",
					(row) -> row.getString(1), tx.namespace());
			for (String owner : owners) {
				Departures.depart(tx, owner);
			}
			return true;
		});
	}

	private void rows(Tx.Work<?> work) {
		try {
			new Database(this.database.dataSource(), this.settings).inTransaction(work);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	TaskHandle<String> handling(TaskHandler<String> handler) {
		this.kiwi.addTaskSubscriber("work", String.class, handler);
		return this.kiwi.sendTask("work", "x", String.class);
	}

	<T> T inTransaction(Callable<T> work) {
		return new TransactionTemplate(this.manager).execute((status) -> {
			try {
				return work.call();
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	void write(String what) {
		this.inside.sql("INSERT INTO effect (what) VALUES (?)").param(what).update();
	}

	long number(String sql) {
		return this.inside.sql(sql).query(Long.class).single();
	}

	List<String> written() {
		return outside("SELECT what FROM effect ORDER BY what");
	}

	/** Not in the transaction of the thread. */
	List<String> outside(String sql) {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<String> read = new ArrayList<>();
			while (rows.next()) {
				read.add(rows.getString(1));
			}
			return read;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void own(String sql) {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

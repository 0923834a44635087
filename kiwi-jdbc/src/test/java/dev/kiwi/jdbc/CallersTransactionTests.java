package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SendTimeoutException;
import dev.kiwi.SentTask;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * What is sent in a transaction of the caller's.
 */
@OnEachDatabase
@Timeout(60)
class CallersTransactionTests {

	private final TestDatabase database;

	private final KiwiCommunicator kiwi;

	private final TransactionTemplate transactions;

	CallersTransactionTests(TestDatabase.Kind kind) {
		this.database = kind.open();
		this.kiwi = KiwiCommunicatorBuilder
			.with(new JdbcTransport(this.database.dataSource(), this.database.settings()))
			.build();
		this.transactions = new TransactionTemplate(new JdbcTransactionManager(this.database.dataSource()));
	}

	@BeforeEach
	void work() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text)
			.ready()
			.toCompletableFuture()
			.get(10, TimeUnit.SECONDS);
	}

	@AfterEach
	void close() {
		this.kiwi.close();
		this.database.dataSource().close();
	}

	@Test
	void aCommitSends() throws Exception {
		TaskHandle<String> handle = in((status) -> {
		}, () -> {
			TaskHandle<String> sent = this.kiwi.sendTask("work", "x", String.class);
			assertThat(sent.accepted()).isNotDone();
			assertThat(this.kiwi.taskState(sent.id())).succeedsWithin(10, TimeUnit.SECONDS)
				.isEqualTo(TaskState.UNKNOWN);
			return sent;
		});
		assertThat(handle.accepted()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(handle.result()).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("x");
	}

	@Test
	void aDelayCountsFromTheSending() {
		this.kiwi.addTaskSubscriber("delayed", Long.class, (sent, task) -> System.currentTimeMillis() - sent);
		TaskHandle<Long> waited = in((status) -> {
			this.kiwi.sendTask("other", "x");
			await().pollDelay(Duration.ofMillis(600)).until(() -> true);
		}, () -> this.kiwi.sendTask(Task.of("delayed", System.currentTimeMillis()).withDelay(Duration.ofMillis(500)),
				Long.class));
		assertThat(waited.result()).succeedsWithin(10, TimeUnit.SECONDS)
			.asInstanceOf(InstanceOfAssertFactories.LONG)
			.isGreaterThanOrEqualTo(500);
	}

	@Test
	void aRollbackLeavesNoTrace() {
		SentTask sent = in(TransactionStatus::setRollbackOnly, () -> this.kiwi.sendTask("work", "x"));
		assertThat(sent.accepted()).failsWithin(10, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(DeliveryFailedException.class)
			.withMessageContaining("rolled back");
		assertThat(this.kiwi.taskState(sent.id())).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(TaskState.UNKNOWN);
	}

	@Test
	void nobodyWaitsForItselfInVain() {
		in((status) -> {
		}, () -> {
			SentTask quiet = this.kiwi.sendTask("work", "x");
			TaskHandle<String> handle = this.kiwi.sendTask("work", "x", String.class);
			assertThatIllegalStateException().isThrownBy(() -> quiet.accepted().join()).withMessageContaining("commit");
			assertThatIllegalStateException().isThrownBy(() -> handle.accepted().get(1, TimeUnit.SECONDS));
			assertThatIllegalStateException().isThrownBy(() -> handle.result().join()).withMessageContaining("commit");
			assertThatIllegalStateException().isThrownBy(() -> handle.result().get(1, TimeUnit.SECONDS));
			assertThatIllegalStateException().isThrownBy(() -> handle.result().thenApply(String::length).get());
			return null;
		});
	}

	@Test
	void aKeyHoldsWithTheCommit() throws Exception {
		SentTask gone = in(TransactionStatus::setRollbackOnly,
				() -> this.kiwi.sendTask(Task.of("other", "x").withKey("a")));
		SentTask first = in((status) -> {
		}, () -> this.kiwi.sendTask(Task.of("other", "x").withKey("a")));
		first.accepted().get(10, TimeUnit.SECONDS);
		SentTask second = this.kiwi.sendTask(Task.of("other", "y").withKey("a"));
		second.accepted().get(10, TimeUnit.SECONDS);
		assertThat(second.id()).isEqualTo(first.id()).isNotEqualTo(gone.id());
	}

	@Test
	void whatCouldNotBeSentIsNotCommittedWithout() {
		Hub hub = new Hub(new Database(this.database.dataSource(), this.database.settings()));
		assertThatExceptionOfType(DeliveryFailedException.class).isThrownBy(() -> in((status) -> {
		}, () -> Objects.requireNonNull(CallersTransaction.current(hub)).write((tx) -> {
			throw new SQLException("too long");
		}, "Task 1"))).withMessageContainingAll("Task 1", "too long");
	}

	/**
	 * Nobody else commits it, and a pool that commits nothing by itself rolls it back.
	 */
	@Test
	void whatIsSentAfterTheCommitIsSentAsWell() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(this.database.url());
			pool.setAutoCommit(false);
			JdbcSettings settings = this.database.settings();
			try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new JdbcTransport(pool, settings)).build()) {
				CompletableFuture<TaskHandle<String>> sent = new CompletableFuture<>();
				new TransactionTemplate(new JdbcTransactionManager(pool)).executeWithoutResult(
						(status) -> afterCommit(() -> sent.complete(kiwi.sendTask("late", "x", String.class))));
				assertThat(sent.join().accepted()).succeedsWithin(10, TimeUnit.SECONDS);
				kiwi.addTaskSubscriber("late", String.class, (text, task) -> text);
				assertThat(sent.join().result()).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("x");
			}
		}
	}

	private static void afterCommit(Runnable work) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				work.run();
			}

		});
	}

	@Test
	void aDataSourceThatKnowsOfTransactionsStandsForItsTarget() {
		DataSource aware = new TransactionAwareDataSourceProxy(this.database.dataSource());
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new JdbcTransport(aware, this.database.settings()))
			.build()) {
			SentTask sent = new TransactionTemplate(new JdbcTransactionManager(aware)).execute((status) -> {
				status.setRollbackOnly();
				return kiwi.sendTask("work", "x");
			});
			assertThat(sent.accepted()).failsWithin(10, TimeUnit.SECONDS);
		}
	}

	/** The others that are sent at the same time do not wait for that. */
	@Test
	void whoSendsAKeyThatAnOpenTransactionHasSentIsToldSoInTime() {
		JdbcSettings settings = this.database.settings().withSending(Duration.ofSeconds(1), 1 << 20);
		try (KiwiCommunicator kiwi = KiwiCommunicatorBuilder
			.with(new JdbcTransport(this.database.dataSource(), settings))
			.build()) {
			in((status) -> {
			}, () -> {
				kiwi.sendTask(Task.of("other", "x").withKey("a"));
				List<CompletableFuture<Void>> others = Stream.of("a", "b", "c")
					.map((key) -> CompletableFuture.supplyAsync(() -> kiwi.sendTask(Task.of("other", "y").withKey(key)))
						.thenCompose(SentTask::accepted))
					.toList();
				assertThat(others.get(0)).failsWithin(20, TimeUnit.SECONDS)
					.withThrowableThat()
					.withCauseInstanceOf(SendTimeoutException.class);
				assertThat(others.subList(1, 3))
					.allSatisfy((other) -> assertThat(other).succeedsWithin(20, TimeUnit.SECONDS));
				return null;
			});
		}
	}

	@Test
	void aConnectionThatOnlyRunsBesideATransactionIsNoneOfIt() {
		Hub hub = new Hub(new Database(this.database.dataSource(), this.database.settings()));
		DataSource other = new DelegatingDataSource(this.database.dataSource());
		new TransactionTemplate(new JdbcTransactionManager(other)).executeWithoutResult((status) -> {
			DataSourceUtils.getConnection(this.database.dataSource());
			assertThat(CallersTransaction.current(hub)).isNull();
		});
	}

	private <T extends @Nullable Object> T in(Consumer<TransactionStatus> before, Supplier<T> work) {
		return this.transactions.execute((status) -> {
			before.accept(status);
			return work.get();
		});
	}

}

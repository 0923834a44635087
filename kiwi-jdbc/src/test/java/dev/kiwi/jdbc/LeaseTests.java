package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskState;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Who is cut off from the database, or stands still, holds nothing any more.
 */
@Timeout(60)
class LeaseTests {

	private final TestDatabase database = TestDatabase.postgreSql();

	private final JdbcSettings settings = this.database.settings().withLease(Duration.ofSeconds(1));

	private final List<KiwiCommunicator> processes = new ArrayList<>();

	@AfterEach
	void close() {
		this.processes.forEach(KiwiCommunicator::close);
		this.database.dataSource().close();
	}

	@Test
	void whoCannotRenewIsInterruptedAndAnotherDoesTheTask() throws Exception {
		AtomicBoolean cut = new AtomicBoolean();
		KiwiCommunicator victim = process(cutOff(cut));
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> interrupted = new CompletableFuture<>();
		victim.addTaskSubscriber("long", String.class, (text, task) -> {
			begun.complete(null);
			try {
				new Semaphore(0).acquire();
			}
			catch (InterruptedException ex) {
				interrupted.complete(null);
			}
			return "too late";
		});
		KiwiCommunicator other = process(this.database.dataSource());
		TaskHandle<String> handle = other.sendTask("long", "x", String.class);
		begun.get(10, TimeUnit.SECONDS);
		cut.set(true);
		other.addTaskSubscriber("long", String.class, (text, task) -> "another " + task.isRedelivered());
		assertThat(interrupted).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("another true");
		cut.set(false);
		victim.addTaskSubscriber("again", String.class, (text, task) -> text);
		assertThat(other.sendTask("again", "back", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
			.isEqualTo("back");
	}

	@Test
	void aDatabaseThatIsAwayIsWaitedFor() {
		AtomicBoolean cut = new AtomicBoolean(true);
		KiwiCommunicator kiwi = process(cutOff(cut));
		kiwi.addTaskSubscriber("wait", String.class, (text, task) -> text);
		TaskHandle<String> handle = kiwi.sendTask("wait", "x", String.class);
		assertThat(kiwi.transportInfo().connected()).isFalse();
		assertThat(handle.accepted()).isNotDone();
		cut.set(false);
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
		assertThat(kiwi.transportInfo().connected()).isTrue();
	}

	@Test
	void whatItHeldIsNotItsToSettleAnyMore() throws Exception {
		DataSource source = this.database.dataSource();
		Database rows = new Database(source, this.settings);
		TaskRow row = new TaskRow("frozen", null, new Envelope("frozen-1", null, null, Map.of(), new byte[] { 1 }),
				Duration.ZERO);
		rows.inTransaction((tx) -> TaskRow.insert(tx, List.of(row)));
		Held first = claim(rows, "frozen-owner/1");
		rows.inTransaction((tx) -> {
			Departures.release(tx);
			return null;
		});
		Held second = claim(rows, "other-owner/1");
		assertThat(second.seq()).isEqualTo(first.seq());
		assertThat(second.token()).isGreaterThan(first.token());
		assertThat(second.redelivered()).isTrue();
		assertThat(settle(rows, first)).isEqualTo(Settled.LOST_OWNERSHIP);
		assertThat(settle(rows, second)).isEqualTo(Settled.DONE);
	}

	/** And somebody in the middle of giving what it held to others. */
	@Test
	void whoStandsStillInTheMiddleOfAnAnswerHoldsUpNobodysLease() throws Exception {
		KiwiCommunicator kiwi = process(this.database.dataSource());
		AtomicBoolean lost = new AtomicBoolean();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		kiwi.addTaskSubscriber("long", String.class, (text, task) -> {
			task.onOwnershipLost(() -> lost.set(true));
			begun.complete(null);
			new Semaphore(0).tryAcquire(4, TimeUnit.SECONDS);
			return text;
		});
		Database rows = new Database(this.database.dataSource(), this.settings);
		try (Connection still = this.database.dataSource().getConnection()) {
			rows.inTransaction((tx) -> {
				tx.update("""
						INSERT INTO {message} (namespace, recipient, box, taken, kind, id, expires)
						VALUES (?, 'still/1', 'rpc:id', TRUE, 'REQUEST', 'request', {from_now})""", tx.namespace(),
						60_000L);
				tx.update("INSERT INTO {claim} (namespace, owner, tasks) VALUES (?, 'gone/1', ?)", tx.namespace(),
						tx.numbers(List.of(1L)));
				for (String instance : List.of("still", "gone")) {
					tx.update(
							"INSERT INTO {instance} (namespace, owner, instance, lease_until) VALUES (?, ?, ?, {now})",
							tx.namespace(), instance + "/1", instance);
				}
				return null;
			});
			still.setAutoCommit(false);
			Tx tx = rows.in(still, false);
			tx.update("DELETE FROM {message} WHERE namespace = ? AND id = 'request'", tx.namespace());
			tx.update("DELETE FROM {instance} WHERE namespace = ? AND owner = 'gone/1'", tx.namespace());
			tx.update("UPDATE {claim} SET keep_until = {now} WHERE namespace = ? AND owner = 'gone/1'", tx.namespace());
			TaskHandle<String> handle = kiwi.sendTask("long", "x", String.class);
			begun.get(10, TimeUnit.SECONDS);
			assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
			assertThat(lost).isFalse();
			still.rollback();
		}
	}

	/** The locks of whoever says nothing more are in nobody's way for long. */
	@Test
	void whoStandsStillWhileItBeginsToFollowHoldsUpNobodysOutcome() throws Exception {
		KiwiCommunicator kiwi = process(this.database.dataSource());
		CompletableFuture<Void> go = new CompletableFuture<>();
		kiwi.addTaskSubscriber("held", String.class, (text, task) -> {
			go.get(30, TimeUnit.SECONDS);
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("held", "x", String.class);
		await().atMost(Duration.ofSeconds(10))
			.until(() -> kiwi.taskState(handle.id()).toCompletableFuture().join() == TaskState.RUNNING);
		Database rows = new Database(this.database.dataSource(), this.settings);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> rows.inTransaction((tx) -> {
			TaskBook.follow(tx, handle.id(), "nobody");
			go.complete(null);
			assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
			return null;
		})).matches(Database::isConnectionFailure);
	}

	@Test
	void anOutcomeWaitsUntilTheServerHasRoomForIt() throws Exception {
		KiwiCommunicator kiwi = process(this.database.dataSource());
		JdbcClient client = JdbcClient.create(this.database.dataSource());
		kiwi.addTaskSubscriber("full", String.class, (text, task) -> {
			client.sql("""
					CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION
					USING ERRCODE = ''53100'', MESSAGE = ''could not extend file: No space left on device''; END'""")
				.update();
			client.sql("CREATE TRIGGER full_disk BEFORE UPDATE OF outcome ON kiwi_task EXECUTE FUNCTION full_disk()")
				.update();
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("full", "x", String.class);
		await().atMost(Duration.ofSeconds(20))
			.until(() -> client.sql("SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'full_disk'")
				.query(Integer.class)
				.single() == 1);
		assertThat(handle.result()).failsWithin(1, TimeUnit.SECONDS).withThrowableOfType(TimeoutException.class);
		client.sql("DROP FUNCTION full_disk CASCADE").update();
		assertThat(handle.result()).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("x");
	}

	private static Held claim(Database rows, String owner) throws Exception {
		return Held.claim(rows, "frozen", owner, DeliveryGuarantee.AT_LEAST_ONCE, 10).tasks().get(0);
	}

	private static Settled settle(Database rows, Held held) throws Exception {
		var done = new Verdict.Complete(new Reply("frozen-1", Reply.Kind.RESULT, null, Map.of(), new byte[0]));
		return Settlements.write(rows, List.of(new Settlement.Settle(held, done, true)), false).get(0);
	}

	private KiwiCommunicator process(DataSource source) {
		KiwiCommunicator process = KiwiCommunicatorBuilder.with(new JdbcTransport(source, this.settings)).build();
		this.processes.add(process);
		return process;
	}

	/** A way to the database that can be cut, also while connections are in use. */
	private DataSource cutOff(AtomicBoolean cut) {
		return new DelegatingDataSource(this.database.dataSource()) {

			@Override
			public Connection getConnection() throws SQLException {
				if (cut.get()) {
					throw new SQLTransientConnectionException("cut off", "08006");
				}
				return obtainTargetDataSource().getConnection();
			}

		};
	}

}

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
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

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

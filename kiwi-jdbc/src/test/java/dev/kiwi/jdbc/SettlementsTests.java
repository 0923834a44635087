package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.TaskState;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The ends of tasks that are written together.
 */
class SettlementsTests {

	@ParameterizedTest
	@ValueSource(strings = { "H2", "PostgreSQL" })
	void eachIsToldWhatBecameOfItsOwnAndWhoeverFollowsHears(String product) throws SQLException {
		TestDatabase database = product.equals("H2") ? TestDatabase.h2() : TestDatabase.postgreSql();
		try (var pool = database.dataSource()) {
			Database rows = new Database(pool, database.settings());
			rows.atOnceForRows((tx) -> TaskRow.insert(tx, List.of(row("alone"), row("followed"), row("lost"))));
			List<Held> held = Held.claim(rows, "work", "owner/1", DeliveryGuarantee.AT_LEAST_ONCE, 10).tasks();
			rows.inTransaction((tx) -> {
				TaskBook.follow(tx, "followed", "follower");
				return tx.update("UPDATE {task} SET token = token + 1 WHERE namespace = ? AND id = 'lost'",
						tx.namespace());
			});
			List<Settlement> ends = held.stream().map(SettlementsTests::end).toList();
			assertThat(Settlements.write(rows, ends, false)).containsExactly(Settled.DONE, Settled.DONE,
					Settled.LOST_OWNERSHIP);
			assertThat(Settlements.write(rows, ends, true)).as("written once more")
				.containsExactly(Settled.DONE, Settled.DONE, Settled.UNKNOWN);
			List<String> told = rows
				.atOnce((tx) -> tx.query("SELECT id FROM {message} WHERE namespace = ? AND recipient = ?",
						(row) -> row.getString(1), tx.namespace(), "follower"));
			assertThat(told).containsOnly("followed");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "H2", "PostgreSQL" })
	void whatWasCancelledMeanwhileIsNotWakenByWhatIsWrittenOnceMore(String product) throws SQLException {
		TestDatabase database = product.equals("H2") ? TestDatabase.h2() : TestDatabase.postgreSql();
		try (var pool = database.dataSource()) {
			Database rows = new Database(pool, database.settings());
			rows.atOnceForRows((tx) -> TaskRow.insert(tx, List.of(row("again"))));
			Held held = Held.claim(rows, "work", "owner/1", DeliveryGuarantee.AT_LEAST_ONCE, 10).tasks().get(0);
			Verdict later = new Verdict.Retry(held.task(), Duration.ofMinutes(1));
			List<Settlement> again = List.of(new Settlement.Settle(held, later, true));
			assertThat(Settlements.write(rows, again, false)).containsExactly(Settled.DONE);
			CancelOutcome cancelled = rows.inTransaction((tx) -> TaskBook.cancel(tx, "again"));
			assertThat(cancelled).isEqualTo(CancelOutcome.CANCELLED);
			assertThat(Settlements.write(rows, again, true)).containsExactly(Settled.UNKNOWN);
			TaskState state = rows.inTransaction((tx) -> TaskBook.state(tx, "again"));
			assertThat(state).isEqualTo(TaskState.CANCELLED);
		}
	}

	private static TaskRow row(String id) {
		return new TaskRow("work", null, new Envelope(id, null, null, Map.of(), new byte[0]), Duration.ZERO);
	}

	private static Settlement end(Held held) {
		Reply outcome = new Reply(held.task().id(), Reply.Kind.RESULT, null, Map.of(), new byte[0]);
		return new Settlement.Settle(held, new Verdict.Complete(outcome), true);
	}

}

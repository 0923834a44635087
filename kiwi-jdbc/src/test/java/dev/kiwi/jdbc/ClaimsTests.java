package dev.kiwi.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was taken at once is found again by one row.
 */
class ClaimsTests {

	@Nested
	class OnH2 extends Promises {

		OnH2() {
			super(TestDatabase.h2());
		}

		/** It reads what waits, and takes it later. */
		@Test
		void whatAnotherHasTakenMeanwhileIsLeft() throws SQLException {
			send("a", "b", "c");
			List<Held> next = rows().atOnce((tx) -> Held.next(tx, "work", 10));
			List<Held> taken = Held.claim(rows(), "work", "other/1", DeliveryGuarantee.AT_LEAST_ONCE, 2).tasks();
			Settlement back = new Settlement.Settle(taken.get(0), new Verdict.Release(), false);
			assertThat(Settlements.write(rows(), List.of(back), false)).containsExactly(Settled.DONE);
			Held.Claimed claimed = rows()
				.inTransaction((tx) -> Held.take(tx, next, "gone/1", DeliveryGuarantee.AT_LEAST_ONCE));
			assertThat(claimed.tasks()).extracting((held) -> held.task().id()).containsExactly("c");
			List<Claims.Open> open = rows().inTransaction((tx) -> Claims.of(tx, "gone/1"));
			assertThat(Claims.tasks(open)).containsExactly(claimed.tasks().get(0).seq());
		}

	}

	@Nested
	class OnPostgreSql extends Promises {

		OnPostgreSql() {
			super(TestDatabase.postgreSql());
		}

		/**
		 * An update that stays in its page and changes no indexed column writes no index.
		 */
		@Test
		void theEndOfATaskWritesNoIndex() throws SQLException {
			Held held = claim("a", "b", "c").tasks().get(0);
			rows().inTransaction((tx) -> {
				long all = updates(tx, "updated");
				long within = updates(tx, "hot_updated");
				Settlements.writeOnce(tx, new Settlement.Settle(held, done("a"), true));
				assertThat(updates(tx, "updated") - all).isEqualTo(2);
				assertThat(updates(tx, "hot_updated") - within).isEqualTo(2);
				return true;
			});
		}

		private static long updates(Tx tx, String kind) throws SQLException {
			return tx
				.query("SELECT pg_stat_get_xact_tuples_" + kind + "(CAST('{task}' AS regclass))",
						(row) -> row.getLong(1))
				.get(0);
		}

	}

	abstract static class Promises {

		private final TestDatabase database;

		private final Database rows;

		private final Claims claims;

		Promises(TestDatabase database) {
			this.database = database;
			this.rows = new Database(database.dataSource(),
					database.settings().withKept(Duration.ZERO, Duration.ofDays(7)));
			this.claims = new Claims(this.rows);
		}

		@AfterEach
		void close() {
			this.database.dataSource().close();
		}

		Database rows() {
			return this.rows;
		}

		@Test
		void aClaimIsOpenAsLongAsSomeOfItIsHeld() throws SQLException {
			Runnable left = this.claims.open(claim("a", "b"));
			left.run();
			this.claims.write();
			assertThat(open()).isOne();
			left.run();
			this.claims.write();
			assertThat(open()).isZero();
		}

		@Test
		void whatIsOverGoesWithItsClaimAndADeadLetterLater() throws SQLException {
			Held.Claimed claimed = claim("over", "dead");
			Runnable left = this.claims.open(claimed);
			end(claimed.tasks().get(0), done("over"));
			end(claimed.tasks().get(1), buried("dead"));
			left.run();
			left.run();
			this.claims.write();
			purge();
			assertThat(number("SELECT COUNT(*) FROM {task} WHERE namespace = ? AND id = 'dead'")).isOne();
			assertThat(number("SELECT COUNT(*) FROM {task} WHERE namespace = ?")).isOne();
			assertThat(number("SELECT COUNT(*) FROM {claim} WHERE namespace = ? AND keep_until > {statement_now}"))
				.isOne();
			for (String table : List.of("task", "claim")) {
				this.rows.atOnce((tx) -> tx.update("UPDATE {" + table + """
						} SET keep_until = CAST('2020-01-01 00:00:00+00' AS timestamp with time zone)
						WHERE namespace = ? AND keep_until IS NOT NULL""", tx.namespace()));
			}
			purge();
			assertThat(number("SELECT COUNT(*) FROM {task} WHERE namespace = ?")).isZero();
			assertThat(number("SELECT COUNT(*) FROM {claim} WHERE namespace = ?")).isZero();
		}

		@Test
		void whatWasCancelledBeforeItBeganGoesAsWell() throws SQLException {
			this.rows.atOnceForRows((tx) -> TaskRow.insert(tx, List.of(row("cancelled"))));
			this.rows.inTransaction((tx) -> TaskBook.cancel(tx, "cancelled"));
			assertThat(open()).isZero();
			purge();
			assertThat(number("SELECT COUNT(*) FROM {task} WHERE namespace = ?")).isZero();
		}

		@Test
		void whatWasHeldByWhoIsNoMoreGoesToOthersAndItsClaimEnds() throws SQLException {
			Held.Claimed claimed = claim("a", "b");
			end(claimed.tasks().get(0), done("a"));
			this.rows.inTransaction((tx) -> {
				Departures.depart(tx, "gone/1");
				return true;
			});
			assertThat(number("SELECT COUNT(*) FROM {task} WHERE namespace = ? AND state = 0 AND id = 'b'")).isOne();
			assertThat(number("SELECT COUNT(*) FROM {task} WHERE namespace = ? AND state = 0")).isOne();
			assertThat(open()).isZero();
		}

		void send(String... ids) throws SQLException {
			this.rows.atOnceForRows((tx) -> TaskRow.insert(tx, List.of(ids).stream().map(Promises::row).toList()));
		}

		Held.Claimed claim(String... ids) throws SQLException {
			send(ids);
			Held.Claimed claimed = Held.claim(this.rows, "work", "gone/1", DeliveryGuarantee.AT_LEAST_ONCE, 10);
			assertThat(claimed.tasks()).hasSize(ids.length);
			return claimed;
		}

		void end(Held held, Verdict verdict) throws SQLException {
			assertThat(Settlements.write(this.rows, List.of(new Settlement.Settle(held, verdict, true)), false))
				.containsExactly(Settled.DONE);
		}

		private void purge() throws SQLException {
			this.rows.inTransaction(Claims::purge);
		}

		private long open() throws SQLException {
			return number("SELECT COUNT(*) FROM {claim} WHERE namespace = ? AND keep_until IS NULL");
		}

		private long number(String query) throws SQLException {
			return this.rows.atOnce((tx) -> tx.query(query, (row) -> row.getLong(1), tx.namespace())).get(0);
		}

		private static TaskRow row(String id) {
			return new TaskRow("work", null,
					new Envelope(id, null, null, Map.of(), "x".getBytes(StandardCharsets.UTF_8)), Duration.ZERO);
		}

		static Verdict done(String id) {
			return new Verdict.Complete(new Reply(id, Reply.Kind.RESULT, null, Map.of(), new byte[0]));
		}

		private static Verdict buried(String id) {
			Envelope envelope = new Envelope(id, null, null, Map.of(), new byte[0]);
			return new Verdict.Bury(envelope, new Reply(id, Reply.Kind.EXCEPTION, null, Map.of(), new byte[0]));
		}

	}

}

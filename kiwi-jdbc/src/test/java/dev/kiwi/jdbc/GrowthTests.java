package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However many tasks wait, a look for some of them reads those only.
 */
class GrowthTests {

	private static final int WAITING = 30_000;

	private static final int DELAYED = 10_000;

	private static final int CLAIMED = 50;

	private static final Pattern ROWS = Pattern.compile("actual time=\\S+ rows=(\\d+)");

	private static final Pattern PLACE = Pattern.compile("\\?");

	private final TestDatabase database = TestDatabase.postgreSql();

	private final Database rows = new Database(this.database.dataSource(), this.database.settings());

	private int place = 1;

	/** Nobody counts until a test does. */
	@BeforeEach
	void forgetWhatIsThere() throws SQLException {
		this.rows.atOnce((tx) -> tx.update("ALTER TABLE {task} SET (autovacuum_enabled = off)"));
		this.rows.atOnce((tx) -> tx.update("TRUNCATE {task}"));
		fill();
	}

	private void fill() throws SQLException {
		fill("now", 0, WAITING);
		fill("later", 2, DELAYED);
	}

	@AfterEach
	void close() throws SQLException {
		this.rows.atOnce((tx) -> tx.update("TRUNCATE {task}"));
		this.rows.atOnce((tx) -> tx.update("ALTER TABLE {task} SET (autovacuum_enabled = on)"));
		this.database.dataSource().close();
	}

	/** Whether autovacuum has counted them, or believes that there is none. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aClaimReadsWhatItTakes(boolean analyzed) throws SQLException {
		if (analyzed) {
			this.rows.atOnce((tx) -> tx.update("ANALYZE {task}"));
		}
		String namespace = this.rows.settings().namespace();
		assertReads(CLAIMED, Held.CLAIM, namespace, "now", CLAIMED, namespace, "owner", "owner", 0);
	}

	/** A plan that was made while there was nothing is kept until they are counted. */
	@Test
	void aClaimThatWasPlannedForAnEmptyTableReadsWhatItTakes() throws SQLException {
		this.rows.atOnce((tx) -> tx.update("TRUNCATE {task}"));
		this.rows.inTransaction((tx) -> {
			tx.alongIndex();
			tx.update("SET LOCAL plan_cache_mode = force_generic_plan");
			tx.update("PREPARE claim AS " + PLACE.matcher(Held.CLAIM).replaceAll((place) -> "\\$" + this.place++));
			String execute = "EXECUTE claim ('%1$s', 'now', %2$d, '%1$s', 'owner', 'owner', 0)"
				.formatted(tx.namespace(), CLAIMED);
			tx.query("EXPLAIN (ANALYZE) " + execute, (row) -> row.getString(1));
			fill(tx, "now", 0, WAITING);
			assertReads(CLAIMED, tx.query("EXPLAIN (ANALYZE) " + execute, (row) -> row.getString(1)));
			tx.update("DEALLOCATE claim");
			return null;
		});
	}

	@Test
	void theNextThatIsDueIsReadAlone() throws SQLException {
		assertReads(1, Delays.NEXT, this.rows.settings().namespace());
	}

	/** No step of a statement reads more rows than that. */
	private void assertReads(int most, String template, Object... parameters) throws SQLException {
		assertReads(most, this.rows.atOnce((tx) -> {
			tx.alongIndex();
			return tx.query("EXPLAIN (ANALYZE) " + template, (row) -> row.getString(1), parameters);
		}));
	}

	private static void assertReads(int most, List<String> lines) {
		String plan = String.join("\n", lines);
		// what a filter leaves out was read as well
		assertThat(plan).doesNotContain("Rows Removed");
		assertThat(ROWS.matcher(plan).results().map((match) -> Integer.valueOf(match.group(1)))).as(plan)
			.isNotEmpty()
			.allMatch((read) -> read <= most);
	}

	private void fill(String queue, int state, int count) throws SQLException {
		this.rows.atOnce((tx) -> fill(tx, queue, state, count));
	}

	private static int fill(Tx tx, String queue, int state, int count) throws SQLException {
		return tx.update("""
				INSERT INTO {task} (namespace, id, queue, state, priority, due)
				SELECT ?, ? || number, ?, ?, number % 3, clock_timestamp() FROM generate_series(1, ?) number""",
				tx.namespace(), queue, queue, state, count);
	}

}

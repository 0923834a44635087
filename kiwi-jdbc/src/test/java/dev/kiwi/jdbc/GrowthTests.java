package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However many tasks wait, a look for some of them reads those only.
 */
class GrowthTests {

	private static final int WAITING = 30_000;

	private static final int DELAYED = 10_000;

	private static final int CLAIMED = 50;

	private static final Pattern ROWS = Pattern.compile("actual time=\\S+ rows=(\\d+)");

	private final TestDatabase database = TestDatabase.postgreSql();

	private final Database rows = new Database(this.database.dataSource(), this.database.settings());

	@BeforeEach
	void fill() throws SQLException {
		fill("now", 0, WAITING);
		fill("later", 2, DELAYED);
	}

	@AfterEach
	void close() throws SQLException {
		this.rows.atOnce((tx) -> tx.update("DELETE FROM {task} WHERE namespace = ?", tx.namespace()));
		this.database.dataSource().close();
	}

	/** Once autovacuum has counted; what the planner believes before that is chance. */
	@Test
	void aClaimReadsWhatItTakes() throws SQLException {
		this.rows.atOnce((tx) -> tx.update("ANALYZE {task}"));
		assertReads(CLAIMED, Held.CLAIM, "owner", 0, this.rows.settings().namespace(), "now", CLAIMED);
	}

	@Test
	void theNextThatIsDueIsReadAlone() throws SQLException {
		assertReads(1, Delays.NEXT, this.rows.settings().namespace());
	}

	/** No step of a statement reads more rows than that. */
	private void assertReads(int most, String template, Object... parameters) throws SQLException {
		List<String> lines = this.rows
			.atOnce((tx) -> tx.query("EXPLAIN (ANALYZE) " + template, (row) -> row.getString(1), parameters));
		String plan = String.join("\n", lines);
		assertThat(ROWS.matcher(plan).results().map((match) -> Integer.valueOf(match.group(1)))).as(plan)
			.isNotEmpty()
			.allMatch((read) -> read <= most);
	}

	private void fill(String queue, int state, int count) throws SQLException {
		this.rows.atOnce((tx) -> tx.update("""
				INSERT INTO {task} (namespace, id, queue, state, priority, due)
				SELECT ?, ? || number, ?, ?, number % 3, clock_timestamp() FROM generate_series(1, ?) number""",
				tx.namespace(), queue, queue, state, count));
	}

}

package dev.kiwi.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.transport.Envelope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a look leaves out because somebody else has locked it, that one rings for.
 */
class MissedBellTests {

	private final TestDatabase database = TestDatabase.postgreSql();

	private final Database rows = new Database(this.database.dataSource(), this.database.settings());

	@AfterEach
	void close() {
		this.database.dataSource().close();
	}

	@Test
	void whoBeginsToFollowATaskRingsForTheClaimsThatLeftItOut() throws SQLException {
		TaskRow row = new TaskRow("work", null, new Envelope("task", null, null, Map.of(), new byte[0]), Duration.ZERO);
		this.rows.inTransaction((tx) -> TaskRow.insert(tx, List.of(row)));
		this.rows.inTransaction((tx) -> {
			TaskBook.follow(tx, "task", "follower");
			assertThat(claim()).as("while it is locked").isEmpty();
			assertThat(tx.bells()).contains(Bell.queue("work"));
			return true;
		});
		assertThat(claim()).hasSize(1);
	}

	private List<Held> claim() throws SQLException {
		return Held.claim(this.rows, "work", "owner/1", DeliveryGuarantee.AT_LEAST_ONCE, 10).tasks();
	}

}

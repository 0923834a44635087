package dev.kiwi.jdbc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a worker has left out is found without the sweep that makes up for a missed bell
 * after 10 s.
 */
@Timeout(60)
class MissedBellTests {

	private static final int BEFORE_THE_SWEEP = 5;

	private final TestDatabase database = TestDatabase.postgreSql();

	private final Database rows = new Database(this.database.dataSource(), this.database.settings());

	private final KiwiCommunicator kiwi = KiwiCommunicatorBuilder
		.with(new JdbcTransport(this.database.dataSource(), this.rows.settings()))
		.build();

	@AfterEach
	void close() {
		this.kiwi.close();
		this.database.dataSource().close();
	}

	@Test
	void aTaskThatWasLockedByAFollowerIsTakenAfterThat() throws Exception {
		SentTask locked = this.kiwi.sendTask("work", "locked");
		TaskHandle<String> free = this.kiwi.sendTask("work", "free", String.class);
		CompletableFuture.allOf(locked.accepted(), free.accepted()).get(10, TimeUnit.SECONDS);
		CompletableFuture<String> taken = new CompletableFuture<>();
		this.rows.inTransaction((tx) -> {
			TaskBook.follow(tx, locked.id(), "somebody");
			this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> {
				if (text.equals("locked")) {
					taken.complete(text);
				}
				return text;
			});
			assertThat(free.result()).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(taken).isNotDone();
			return true;
		});
		assertThat(taken).succeedsWithin(BEFORE_THE_SWEEP, TimeUnit.SECONDS);
	}

}

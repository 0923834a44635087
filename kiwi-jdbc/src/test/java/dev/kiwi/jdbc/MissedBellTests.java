package dev.kiwi.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tasks that a worker left out, or took without knowing, are found without the sweep that
 * makes up for a missed bell after 10 s.
 */
@Timeout(60)
class MissedBellTests {

	private static final int BEFORE_THE_SWEEP = 5;

	private final TestDatabase database = TestDatabase.postgreSql();

	private final Database rows = new Database(this.database.dataSource(), this.database.settings());

	private final AtomicBoolean answersGetLost = new AtomicBoolean();

	private final KiwiCommunicator kiwi = KiwiCommunicatorBuilder
		.with(new JdbcTransport(losingAnswers(), this.rows.settings()))
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

	@Test
	void aTaskOfAClaimWhoseAnswerWasLostIsTakenAgain() throws Exception {
		this.kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
		assertThat(this.kiwi.sendTask("work", "first", String.class).result()).succeedsWithin(10, TimeUnit.SECONDS);
		this.answersGetLost.set(true);
		TaskHandle<String> handle = this.kiwi.sendTask("work", "second", String.class);
		assertThat(handle.result()).succeedsWithin(BEFORE_THE_SWEEP, TimeUnit.SECONDS).isEqualTo("second");
		assertThat(this.answersGetLost).isFalse();
	}

	/** Once, when asked to, the answer to a claim that took something is lost. */
	private DataSource losingAnswers() {
		return new DelegatingDataSource(this.database.dataSource()) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = obtainTargetDataSource().getConnection();
				return instead(Connection.class, connection, "prepareStatement", (statement, sql) -> {
					boolean isClaim = sql != null && sql[0].toString().contains("SET state = 1");
					return isClaim ? instead(PreparedStatement.class, (PreparedStatement) statement, "executeQuery",
							this::lose) : statement;
				});
			}

			private Object lose(Object answer, Object @Nullable [] nothing) throws SQLException {
				if (((ResultSet) answer).isBeforeFirst()
						&& MissedBellTests.this.answersGetLost.compareAndSet(true, false)) {
					throw new SQLTransientConnectionException("cut off", "08006");
				}
				return answer;
			}

		};
	}

	private static <T> T instead(Class<T> type, T real, String method, Answer answer) {
		return type.cast(
				Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, called, parameters) -> {
					try {
						Object answered = called.invoke(real, parameters);
						return called.getName().equals(method) ? answer.to(answered, parameters) : answered;
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				}));
	}

	private interface Answer {

		Object to(Object answered, Object @Nullable [] parameters) throws SQLException;

	}

}

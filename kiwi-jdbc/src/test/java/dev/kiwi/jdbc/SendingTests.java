package dev.kiwi.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeliveryFailedException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TransportListener;
import dev.kiwi.transport.UniqueKeys;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tasks that share a commit.
 */
@OnEachDatabase
@Timeout(60)
class SendingTests {

	private final TestDatabase database;

	private final Database rows;

	private final JdbcTransport transport;

	SendingTests(TestDatabase.Kind kind) {
		this.database = kind.open();
		JdbcSettings settings = this.database.settings();
		this.rows = new Database(this.database.dataSource(), settings);
		this.transport = new JdbcTransport(this.database.dataSource(), settings);
		this.transport.start("sender", mock(TransportListener.class));
	}

	@AfterEach
	void close() {
		this.transport.close();
		this.database.dataSource().close();
	}

	@Test
	void aPoisonousOneHarmsNoNeighbour() {
		List<CompletableFuture<Void>> healthy = new ArrayList<>();
		List<CompletableFuture<Void>> poisonous = new ArrayList<>();
		for (int number = 0; number < 300; number++) {
			boolean poison = number % 100 == 50;
			// no column is that wide
			String contentType = poison ? "x".repeat(10_000) : "text/plain";
			CompletableFuture<Void> sent = this.transport.tasks()
				.send("mixed", task("id-" + number, contentType), Duration.ZERO);
			(poison ? poisonous : healthy).add(sent);
		}
		assertThat(healthy).allSatisfy((sent) -> assertThat(sent).succeedsWithin(20, TimeUnit.SECONDS));
		assertThat(poisonous).hasSize(3)
			.allSatisfy((sent) -> assertThat(sent).failsWithin(20, TimeUnit.SECONDS)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(DeliveryFailedException.class));
	}

	@Test
	void noNameIsReadAsSql() throws Exception {
		String name = "a'; DROP TABLE kiwi_task; -- \"";
		this.transport.tasks().send(name, task(name, name), Duration.ZERO).get(10, TimeUnit.SECONDS);
		TaskDelivery delivery = this.transport.tasks()
			.poll(name, Duration.ofSeconds(10))
			.get(20, TimeUnit.SECONDS)
			.orElseThrow();
		assertThat(delivery.envelope().id()).isEqualTo(name);
		assertThat(delivery.envelope().headers()).containsEntry(name, name + "\u0000");
		delivery.settle(new Verdict.Complete(new Reply(name, Reply.Kind.RESULT, null, Map.of(), new byte[0])))
			.toCompletableFuture()
			.get(10, TimeUnit.SECONDS);
	}

	@Test
	void noKeySubjectOrIdentifierIsReadAsSql() throws Exception {
		String name = "a'; DROP TABLE kiwi_message; -- \"";
		UniqueKeys keys = this.transport.tasks().capability(UniqueKeys.class).orElseThrow();
		assertThat(keys.sendUnique("keys", name, task("key-1", "x"), Duration.ZERO).get(10, TimeUnit.SECONDS))
			.isEqualTo(keys.sendUnique("keys", name, task("key-2", "x"), Duration.ZERO).get(10, TimeUnit.SECONDS));
		CompletableFuture<BroadcastEnvelope> heard = new CompletableFuture<>();
		this.transport.messages().listen(List.of(BroadcastFilter.any()), (broadcast) -> {
			heard.complete(broadcast);
			return CompletableFuture.completedStage(null);
		}).toCompletableFuture().get(10, TimeUnit.SECONDS);
		this.transport.messages().publish(new BroadcastEnvelope(name, name, name, task(name, name)));
		assertThat(heard.get(10, TimeUnit.SECONDS).subject()).isEqualTo(name);
		CompletableFuture<String> called = new CompletableFuture<>();
		this.transport.messages()
			.serve(RpcEndpoint.of(name), 1, (call) -> called.complete(call.request().id()))
			.ready()
			.toCompletableFuture()
			.get(10, TimeUnit.SECONDS);
		this.transport.messages().call(name, task(name, name), Duration.ofMinutes(1)).get(10, TimeUnit.SECONDS);
		assertThat(called.get(10, TimeUnit.SECONDS)).isEqualTo(name);
	}

	@Test
	void whatIsSentAgainIsThereOnce() throws SQLException {
		TaskRow row = new TaskRow("again", null, task("again-1", "text/plain"), Duration.ZERO);
		for (int round = 0; round < 2; round++) {
			this.rows.inTransaction((tx) -> TaskRow.insert(tx, List.of(row)));
		}
		assertThat(numbers("SELECT seq FROM {task} WHERE namespace = ? AND queue = 'again'")).hasSize(1);
	}

	@Test
	void oneThatIsThereAlreadyHarmsNoNeighbour() throws SQLException {
		List<CompletableFuture<Void>> sent = new ArrayList<>();
		for (int number = 0; number < 300; number++) {
			sent.add(this.transport.tasks().send("twice", task("twice-" + number % 200, "text/plain"), Duration.ZERO));
		}
		assertThat(sent).allSatisfy((one) -> assertThat(one).succeedsWithin(20, TimeUnit.SECONDS));
		assertThat(numbers("SELECT seq FROM {task} WHERE namespace = ? AND queue = 'twice'")).hasSize(200);
	}

	@Test
	void rowsThatAreAlikeInEverythingAreAllWritten() throws SQLException {
		this.rows.inTransaction((tx) -> {
			Tells tells = new Tells(tx);
			for (int told = 0; told < 3; told++) {
				tells.cancel("nobody", 1);
			}
			tells.write();
			return true;
		});
		assertThat(numbers("SELECT seq FROM {message} WHERE namespace = ? AND recipient = 'nobody'")).hasSize(3);
	}

	private List<Long> numbers(String query) throws SQLException {
		return this.rows.atOnce((tx) -> tx.query(query, (columns) -> columns.getLong(1), tx.namespace()));
	}

	private static Envelope task(String id, String text) {
		return new Envelope(id, null, text, Map.of(text, text + "\u0000"), text.getBytes(StandardCharsets.UTF_8));
	}

}

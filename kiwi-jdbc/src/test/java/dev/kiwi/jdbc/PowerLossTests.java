package dev.kiwi.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.kiwi.CancelOutcome;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiException;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Reply;
import dev.kiwi.transport.Settled;
import dev.kiwi.transport.TaskDelivery;
import dev.kiwi.transport.TransportListener;
import dev.kiwi.transport.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * H2 where it is to survive the loss of power: what is said to be durable is on the disk.
 */
@Timeout(60)
class PowerLossTests {

	private final TestDatabase database = TestDatabase.h2();

	private final Disk disk = new Disk(this.database.dataSource());

	private final JdbcSettings settings = this.database.settings().withSurvivePowerLoss(true);

	private final JdbcTransport transport = new JdbcTransport(this.disk, this.settings);

	private final TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(this.disk));

	@BeforeEach
	void start() {
		this.transport.start("sender", mock(TransportListener.class));
	}

	@AfterEach
	void close() {
		this.disk.fast();
		this.transport.close();
		this.database.dataSource().close();
	}

	@Test
	void whatIsAcceptedIsOnTheDisk() {
		this.disk.slow();
		onceOnTheDisk(send(1));
	}

	@Test
	void whatIsSentMeanwhileSharesTheNextForce() {
		this.disk.slow();
		this.disk.forced();
		CompletableFuture<Void> first = send(0);
		await().until(this.disk::isAwaited);
		List<CompletableFuture<Void>> meanwhile = IntStream.rangeClosed(1, 100).mapToObj(this::send).toList();
		this.disk.fast();
		assertThat(first).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(meanwhile).allSatisfy((sent) -> assertThat(sent).succeedsWithin(10, TimeUnit.SECONDS));
		assertThat(this.disk.forced()).isEqualTo(2);
	}

	@Test
	void whatIsSentInATransactionIsOnTheDiskTogether() {
		this.disk.slow();
		this.disk.forced();
		List<CompletableFuture<Void>> sent = this.transactions
			.execute((status) -> IntStream.rangeClosed(1, 100).mapToObj(this::send).toList());
		await().until(this.disk::isAwaited);
		assertThat(sent).noneMatch(CompletableFuture::isDone);
		this.disk.fast();
		assertThat(sent).allSatisfy((each) -> assertThat(each).succeedsWithin(10, TimeUnit.SECONDS));
		// the first alone, the others while that was under way
		assertThat(this.disk.forced()).isBetween(1, 2);
	}

	@Test
	void whatIsSettledIsOnTheDisk() throws Exception {
		TaskDelivery delivery = delivery();
		this.disk.slow();
		assertThat(onceOnTheDisk(delivery.settle(completed()).toCompletableFuture())).isEqualTo(Settled.DONE);
	}

	@Test
	void whatIsCompletedInATransactionIsOnTheDisk() throws Exception {
		TaskDelivery delivery = delivery();
		this.disk.slow();
		JdbcTasks tasks = (JdbcTasks) this.transport.tasks();
		CompletableFuture<Settled> settled = this.transactions
			.execute((status) -> tasks.completeInTransaction(delivery, completed()));
		assertThat(onceOnTheDisk(settled)).isEqualTo(Settled.DONE);
	}

	@Test
	void whatIsCancelledIsOnTheDisk() throws Exception {
		send(1).get(10, TimeUnit.SECONDS);
		this.disk.slow();
		CompletableFuture<CancelOutcome> cancelled = ((JdbcTasks) this.transport.tasks()).cancel("id-1");
		assertThat(onceOnTheDisk(cancelled)).isEqualTo(CancelOutcome.CANCELLED);
	}

	@Test
	void whatRunsAtMostOnceIsTakenOnTheDisk() throws Exception {
		send(1).get(10, TimeUnit.SECONDS);
		this.disk.slow();
		CompletableFuture<TaskDelivery> taken = new CompletableFuture<>();
		this.transport.tasks().consume("work", DeliveryGuarantee.AT_MOST_ONCE, 1, taken::complete);
		onceOnTheDisk(taken);
	}

	@Test
	void onlyWhereItIsAskedFor() throws Exception {
		JdbcTransport usual = new JdbcTransport(this.disk, this.database.settings());
		usual.start("usual", mock(TransportListener.class));
		this.disk.forced();
		usual.tasks().send("work", task("usual"), Duration.ZERO).get(10, TimeUnit.SECONDS);
		usual.close();
		assertThat(this.disk.forced()).isZero();
	}

	@Test
	void aUserWhoMayNotIsToldAtOnce() {
		JdbcClient client = JdbcClient.create(this.database.dataSource());
		client.sql("CREATE USER mere PASSWORD 'x'").update();
		client.sql("GRANT ALL ON SCHEMA PUBLIC TO mere").update();
		String url = this.database.url().replace("USER=sa", "USER=mere;PASSWORD=x");
		DriverManagerDataSource mere = new DriverManagerDataSource(
				url.replace(";WRITE_DELAY=0", "").replace(";DB_CLOSE_DELAY=-1", ""));
		assertThatExceptionOfType(KiwiException.class).isThrownBy(() -> new JdbcTransport(mere, this.settings))
			.withMessageContainingAll("kiwi.jdbc.survive-power-loss", "ADMIN TRUE");
		new JdbcTransport(mere, this.database.settings());
	}

	private <R> R onceOnTheDisk(CompletableFuture<R> told) {
		await().until(this.disk::isAwaited);
		assertThat(told).isNotDone();
		this.disk.fast();
		assertThat(told).succeedsWithin(10, TimeUnit.SECONDS);
		return told.join();
	}

	private CompletableFuture<Void> send(int number) {
		return this.transport.tasks().send("work", task("id-" + number), Duration.ZERO);
	}

	private TaskDelivery delivery() throws Exception {
		send(1).get(10, TimeUnit.SECONDS);
		return this.transport.tasks().poll("work", Duration.ofSeconds(10)).get(20, TimeUnit.SECONDS).orElseThrow();
	}

	private static Verdict.Complete completed() {
		return new Verdict.Complete(new Reply("id-1", Reply.Kind.RESULT, null, Map.of(), new byte[0]));
	}

	private static Envelope task(String id) {
		return new Envelope(id, null, null, Map.of(), new byte[0]);
	}

}

package dev.kiwi.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.KiwiCommunicatorBuilder;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.TransportListener;
import dev.kiwi.transport.WakeUps;
import dev.kiwi.transport.inprocess.InProcessBroker;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Tasks in the database, and the bell over another transport.
 */
@Timeout(60)
class WokenByWordsTests {

	private final TestDatabase database = TestDatabase.postgreSql();

	private final JdbcSettings settings = this.database.settings();

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closed : this.open) {
			closed.close();
		}
		this.database.dataSource().close();
	}

	@Test
	void processesWakeEachOtherAndNoSubscriberHearsIt() throws Exception {
		InProcessBroker words = new InProcessBroker();
		KiwiCommunicator worker = process(words);
		KiwiCommunicator sender = process(words);
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		BroadcastFilter all = BroadcastFilter.any();
		KiwiCommunicator bystander = kept(KiwiCommunicatorBuilder.with(new InProcessTransport(words)).build());
		for (KiwiCommunicator process : List.of(worker, bystander)) {
			process.addBroadcastSubscriber(all, String.class, (text, broadcast) -> heard.add(text))
				.ready()
				.toCompletableFuture()
				.get(10, TimeUnit.SECONDS);
		}
		worker.addTaskSubscriber("work", String.class, (text, task) -> text)
			.ready()
			.toCompletableFuture()
			.get(10, TimeUnit.SECONDS);
		assertThat(sender.sendTask("work", "first", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS);
		long begin = System.nanoTime();
		for (int times = 0; times < 3; times++) {
			assertThat(sender.sendTask("work", "x", String.class).result()).succeedsWithin(20, TimeUnit.SECONDS)
				.isEqualTo("x");
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("no sweep is waited for")
			.isLessThan(Duration.ofSeconds(9));
		sender.sendBroadcast("subject", "words").get(10, TimeUnit.SECONDS);
		assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("words");
		assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("words");
		assertThat(heard).isEmpty();
		assertThat(worker.transportInfo().serverProperties()).containsEntry("tasks.transport", "jdbc")
			.containsEntry("tasks.product", "PostgreSQL");
		JdbcClient.StatementSpec listening = JdbcClient.create(this.database.dataSource())
			.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
		// one of a former test's, on the same server, may be about to end; its own would
		// stay
		await("no connection to listen on").until(() -> listening.query(Integer.class).single() == 0);
	}

	@Test
	void aRollbackRingsNoBellAndACommitDoes() {
		BlockingQueue<String> rung = new LinkedBlockingQueue<>();
		JdbcTransport transport = transport(rung::add, (hearing) -> {
		});
		TransactionTemplate transactions = new TransactionTemplate(
				new JdbcTransactionManager(this.database.dataSource()));
		transactions.executeWithoutResult((status) -> {
			send(transport, "rolled-back");
			status.setRollbackOnly();
		});
		transactions.executeWithoutResult((status) -> {
			send(transport, "committed");
			assertThat(rung).isEmpty();
		});
		assertThat(CompletableFuture.supplyAsync(() -> next(rung))).succeedsWithin(10, TimeUnit.SECONDS)
			.isEqualTo("queue:committed");
		assertThat(rung).isEmpty();
	}

	@Test
	void whereNobodyHearsTheBellTheWorkIsFoundAllTheSame() throws Exception {
		JdbcTransport deaf = transport((word) -> {
		}, (hearing) -> {
		});
		CompletableFuture<String> done = new CompletableFuture<>();
		deaf.tasks().consume("work", DeliveryGuarantee.AT_LEAST_ONCE, 1, (delivery) -> {
			done.complete(delivery.envelope().id());
		}).ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
		KiwiCommunicator sender = process(new InProcessBroker());
		TaskHandle<String> handle = sender.sendTask("work", "x", String.class);
		assertThat(done).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo(handle.id());
	}

	@Test
	void whatWasMissedIsLookedForWhenTheWordsAreBack() throws Exception {
		List<Consumer<String>> hearing = new CopyOnWriteArrayList<>();
		JdbcTransport deaf = transport((word) -> {
		}, hearing::add);
		CompletableFuture<String> done = new CompletableFuture<>();
		deaf.tasks().consume("work", DeliveryGuarantee.AT_LEAST_ONCE, 1, (delivery) -> {
			done.complete(delivery.envelope().id());
		}).ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
		TaskHandle<String> handle = process(new InProcessBroker()).sendTask("work", "x", String.class);
		handle.accepted().get(10, TimeUnit.SECONDS);
		hearing.forEach((listener) -> listener.accept(WakeUps.ANYWHERE));
		assertThat(done).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(handle.id());
	}

	private static String next(BlockingQueue<String> rung) {
		try {
			return rung.take();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void send(JdbcTransport transport, String queue) {
		transport.tasks().send(queue, new Envelope(queue + "-1", null, null, Map.of(), new byte[0]), Duration.ZERO);
	}

	private JdbcTransport transport(Consumer<String> ringing, Consumer<Consumer<String>> listening) {
		JdbcTransport transport = new JdbcTransport(this.database.dataSource(), this.settings);
		transport.wakeBy(new WakeUps() {

			@Override
			public void ring(@Nullable String instance, Collection<String> words) {
				words.forEach(ringing);
			}

			@Override
			public void listen(Consumer<String> hearing) {
				listening.accept(hearing);
			}

		});
		transport.start("instance-" + this.open.size(), mock(TransportListener.class));
		this.open.add(transport);
		return transport;
	}

	private KiwiCommunicator process(InProcessBroker words) {
		return kept(KiwiCommunicatorBuilder.with(new InProcessTransport(words))
			.tasks(new JdbcTransport(this.database.dataSource(), this.settings))
			.build());
	}

	private KiwiCommunicator kept(KiwiCommunicator communicator) {
		this.open.add(communicator);
		return communicator;
	}

}

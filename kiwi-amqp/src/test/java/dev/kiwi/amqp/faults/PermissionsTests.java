package dev.kiwi.amqp.faults;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.KiwiAdmin;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.KiwiException;
import dev.kiwi.RpcEndpoint;
import dev.kiwi.Subscription;
import dev.kiwi.Task;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskQuery;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineStatistics;
import dev.kiwi.engine.QueueSettings;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A user of the broker with the permissions that docs/production.md asks for, and one
 * that lacks some.
 */
@Timeout(180)
class PermissionsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Broker broker = Brokers.shared();

	private final String namespace = Communicators.namespace();

	private final String user = "user-" + this.namespace;

	@BeforeEach
	void introduce() {
		this.broker.ctl("add_user", this.user, "secret");
	}

	@AfterEach
	void forget() {
		this.broker.ctl("delete_user", this.user);
	}

	@Test
	void whatIsDocumentedIsEnoughForEverything() throws Exception {
		String own = "^" + this.namespace + "\\..*";
		allow(own, own + "|^amq\\.default$", own);
		QueueSettings tasks = QueueSettings.defaults()
			.withRetry(2, new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50)));
		try (KiwiCommunicator worker = connect(tasks); KiwiCommunicator sender = connect(tasks)) {
			CountDownLatch heard = new CountDownLatch(1);
			ready(worker.addTaskSubscriber("work", String.class, (text, task) -> {
				task.progress(0.5, "half");
				if (text.equals("fail") && task.launch() == 0) {
					throw new IllegalStateException("attempt " + task.attempt());
				}
				return text + " " + task.attempt();
			}));
			ready(worker.addRpcSubscriber(RpcEndpoint.of("ask"), String.class, (text, call) -> text));
			ready(worker.addRpcSubscriber(RpcEndpoint.of("alone").exclusive(), String.class, (text, call) -> text));
			ready(worker.addBroadcastSubscriber(BroadcastFilter.subject("news.*"), String.class,
					(text, broadcast) -> heard.countDown()));
			TaskHandle<String> handle = sender.sendTask("work", "x", String.class);
			assertThat(handle.result()).succeedsWithin(PATIENCE).isEqualTo("x 1");
			assertThat(sender.sendTask(Task.of("work", "y").withDelay(Duration.ofMillis(100)), String.class).result())
				.succeedsWithin(PATIENCE)
				.isEqualTo("y 1");
			TaskHandle<String> failing = sender.sendTask("work", "fail", String.class);
			assertThat(failing.result()).failsWithin(PATIENCE);
			await().atMost(PATIENCE).until(() -> sender.deadLetters().list().size() == 1);
			assertThat(sender.deadLetters().relaunch(failing.id())).isTrue();
			await().atMost(PATIENCE).until(() -> sender.deadLetters().list().isEmpty());
			assertThat(sender.callRpc("ask", "x", String.class)).succeedsWithin(PATIENCE).isEqualTo("x");
			assertThat(sender.callRpc("alone", "x", String.class)).succeedsWithin(PATIENCE).isEqualTo("x");
			assertThat(sender.sendBroadcast("news.today", "x")).succeedsWithin(PATIENCE);
			assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
			steered(sender);
			await().atMost(PATIENCE).until(() -> ((EngineStatistics) worker).snapshot().beacons().keySet().size() == 2);
		}
	}

	private static void steered(KiwiCommunicator sender) {
		KiwiAdmin admin = sender.admin();
		admin.pause("work");
		await().atMost(PATIENCE)
			.until(() -> admin.queues().stream().anyMatch((queue) -> queue.paused() == 1 && queue.consumers() == 0));
		TaskHandle<String> cancelled = sender.sendTask("work", "x", String.class);
		assertThat(cancelled.accepted()).succeedsWithin(PATIENCE);
		assertThat(cancelled.cancel()).succeedsWithin(PATIENCE);
		admin.resume("work");
		assertThat(cancelled.result()).failsWithin(PATIENCE);
		assertThat(admin.tasks(TaskQuery.all()).tasks()).isNotEmpty();
	}

	@Test
	void whatIsMissingIsSaidWithTheCommandThatGrantsItAndGrantedWithoutARestart() throws Exception {
		String own = "^" + this.namespace + "\\..*";
		String send = own + "|^amq\\.default$";
		allow("^$", send, own);
		try (KiwiCommunicator kiwi = connect(QueueSettings.defaults())) {
			isToldWhatToGrant(kiwi.sendTask("work", "x").accepted());
			isToldWhatToGrant(kiwi.sendBroadcast("news", "x"));
			allow(own, own, own);
			isToldWhatToGrant(kiwi.sendTask("work", "x").accepted());
			allow(own, send, "^$");
			Subscription work = kiwi.addTaskSubscriber("work", String.class, (text, task) -> text);
			await().during(Duration.ofMillis(500)).until(() -> !work.ready().toCompletableFuture().isDone());
			allow(own, send, own);
			assertThat(work.ready().toCompletableFuture()).succeedsWithin(PATIENCE);
			assertThat(kiwi.sendTask("work", "x", String.class).result()).succeedsWithin(PATIENCE).isEqualTo("x");
		}
	}

	@Test
	void aSlashTooManyIsToldFromTheVirtualHostThatItNames() {
		try (KiwiCommunicator kiwi = Communicators.connect(URI.create(this.broker.uri() + "/"), this.namespace,
				QueueSettings.defaults())) {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(kiwi.transportInfo().serverProperties().get("connection.failure"))
					.contains("virtual host ''", "remove the slash"));
			assertThat(kiwi.transportInfo().connected()).isFalse();
		}
	}

	private static void isToldWhatToGrant(CompletableFuture<?> sent) {
		assertThat(sent).failsWithin(PATIENCE)
			.withThrowableThat()
			.withCauseInstanceOf(KiwiException.class)
			.withMessageContaining("ACCESS_REFUSED")
			.withMessageContaining("rabbitmqctl set_permissions");
	}

	private void allow(String configure, String write, String read) {
		this.broker.ctl("set_permissions", "-p", "/", this.user, configure, write, read);
	}

	private KiwiCommunicator connect(QueueSettings tasks) {
		return Communicators.connect(
				URI.create("amqp://" + this.user + ":secret@" + this.broker.host() + ":" + this.broker.port()),
				this.namespace, (settings) -> settings.withTasks(tasks).withBeacon(Duration.ofMillis(500)));
	}

	private static void ready(Subscription subscription) throws Exception {
		subscription.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

}

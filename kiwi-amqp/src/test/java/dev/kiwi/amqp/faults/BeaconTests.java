package dev.kiwi.amqp.faults;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kiwi.ConnectionListener;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.Subscription;
import dev.kiwi.TaskHandle;
import dev.kiwi.engine.EngineStatistics;
import dev.kiwi.test.broker.Broker;
import dev.kiwi.test.broker.Brokers;
import dev.kiwi.test.broker.FaultyProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections that look alive and are not, and one that only has to wait. RabbitMQ's own
 * heartbeat, of 60 s, notices none of them in the time these tests give.
 */
@Timeout(120)
class BeaconTests {

	private static final Duration INTERVAL = Duration.ofMillis(300);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static Broker broker;

	private final AtomicInteger lost = new AtomicInteger();

	private final AtomicInteger recovered = new AtomicInteger();

	private final Semaphore release = new Semaphore(0);

	private final AtomicInteger begun = new AtomicInteger();

	private final CompletableFuture<Void> disowned = new CompletableFuture<>();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("dev.kiwi");

	@BeforeAll
	static void start() {
		broker = Brokers.dedicated();
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	@BeforeEach
	void listen() {
		this.log.list = new CopyOnWriteArrayList<>();
		this.log.start();
		this.logger.setLevel(Level.INFO);
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void restore() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void aHalfOpenConnectionIsDroppedAndBuiltAnew() throws Exception {
		try (FaultyProxy proxy = FaultyProxy.to(broker); KiwiCommunicator kiwi = connect(proxy.uri())) {
			Subscription work = work(kiwi);
			TaskHandle<String> handle = kiwi.sendTask("work", "x", String.class);
			begunAndAccepted(handle);
			proxy.swallow();
			disownedAndLost(kiwi, work);
			proxy.resume();
			recoveredAndDone(kiwi, work, handle);
		}
	}

	@Test
	void aBrokerThatAcceptsAndDoesNothingCountsAsAwayUntilItGoesOn() throws Exception {
		try (KiwiCommunicator kiwi = connect(broker.uri())) {
			Subscription work = work(kiwi);
			TaskHandle<String> handle = kiwi.sendTask("work", "x", String.class);
			begunAndAccepted(handle);
			broker.freeze();
			try {
				disownedAndLost(kiwi, work);
			}
			finally {
				broker.thaw();
			}
			recoveredAndDone(kiwi, work, handle);
		}
	}

	@Test
	void anAlarmThatOnlyBlocksPublishersDropsNoConnection() throws Exception {
		try (KiwiCommunicator kiwi = connect(broker.uri())) {
			Subscription work = work(kiwi);
			kiwi.sendTask("work", "x").accepted().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			await().atMost(PATIENCE).until(() -> this.begun.get() == 1);
			broker.memoryAlarm(true);
			try {
				SentTask blocked = kiwi.sendTask("work", "y");
				AtomicInteger beats = new AtomicInteger();
				await().atMost(PATIENCE).until(() -> {
					Map<String, Duration> ages = ages(kiwi);
					assertThat(ages).containsOnlyKeys("consuming", "publishing")
						.allSatisfy((name, age) -> assertThat(age).isLessThan(INTERVAL.multipliedBy(6)));
					return (ages.get("consuming").compareTo(INTERVAL.dividedBy(2)) < 0) && beats.incrementAndGet() > 10;
				});
				assertThat(blocked.accepted()).as("publishers are blocked").isNotDone();
				assertThat(work.isServed()).isTrue();
			}
			finally {
				broker.memoryAlarm(false);
			}
			this.release.release(2);
			await().atMost(PATIENCE).until(() -> this.begun.get() == 2);
			assertThat(this.lost).hasValue(0);
			assertThat(this.disowned).isNotDone();
		}
	}

	private Subscription work(KiwiCommunicator kiwi) {
		kiwi.addConnectionListener(new ConnectionListener() {

			@Override
			public void connectionLost(Throwable cause) {
				BeaconTests.this.lost.incrementAndGet();
			}

			@Override
			public void connectionRecovered() {
				BeaconTests.this.recovered.incrementAndGet();
			}

		});
		return kiwi.addTaskSubscriber("work", String.class, (text, task) -> {
			task.onOwnershipLost(() -> this.disowned.complete(null));
			this.begun.incrementAndGet();
			this.release.acquire();
			return text;
		});
	}

	/** What is lost before it is accepted is refused to its sender. */
	private void begunAndAccepted(TaskHandle<String> handle) {
		await().atMost(PATIENCE).until(() -> this.begun.get() == 1);
		assertThat(handle.accepted()).succeedsWithin(PATIENCE);
	}

	private void disownedAndLost(KiwiCommunicator kiwi, Subscription work) {
		assertThat(this.disowned).succeedsWithin(PATIENCE);
		await().atMost(PATIENCE).until(() -> this.lost.get() == 1);
		assertThat(kiwi.transportInfo().connected()).isFalse();
		assertThat(work.isServed()).isFalse();
		await().atMost(PATIENCE).until(() -> ages(kiwi).get("consuming").compareTo(INTERVAL.multipliedBy(8)) > 0);
	}

	private void recoveredAndDone(KiwiCommunicator kiwi, Subscription work, TaskHandle<String> handle) {
		this.release.release(2);
		assertThat(handle.result()).succeedsWithin(PATIENCE).isEqualTo("x");
		await().atMost(PATIENCE).until(() -> this.recovered.get() == 1 && work.isServed());
		assertThat(kiwi.transportInfo().connected()).isTrue();
		assertThat(this.lost).hasValue(1);
		assertThat(linesWith("No connection to RabbitMQ")).singleElement().asString().contains("kiwi.beacon.interval");
		assertThat(linesWith("The connection to RabbitMQ is back")).hasSize(1);
		assertThat(this.log.list).as("no storm").hasSizeLessThan(10);
	}

	private List<String> linesWith(String text) {
		return this.log.list.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.filter((line) -> line.contains(text))
			.toList();
	}

	private static Map<String, Duration> ages(KiwiCommunicator kiwi) {
		return ((EngineStatistics) kiwi).snapshot().beacons();
	}

	private static KiwiCommunicator connect(URI uri) {
		return Communicators.connect(uri, Communicators.namespace(), (settings) -> settings.withBeacon(INTERVAL));
	}

}

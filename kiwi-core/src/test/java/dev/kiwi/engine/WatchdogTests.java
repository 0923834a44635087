package dev.kiwi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.RemoteException;
import dev.kiwi.TaskHandle;
import dev.kiwi.transport.inprocess.InProcessTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Handlers that say nothing for too long.
 */
@Timeout(60)
class WatchdogTests {

	private static final Duration STUCK_AFTER = Duration.ofMillis(400);

	private final List<KiwiCommunicator> communicators = new ArrayList<>();

	private final Recorder recorder = new Recorder(Map.of());

	private final List<StuckTask> broken = new CopyOnWriteArrayList<>();

	private final Semaphore release = new Semaphore(0);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(Watchdog.class);

	@BeforeEach
	void listen() {
		this.log.list = new CopyOnWriteArrayList<>();
		this.log.start();
		this.logger.setLevel(Level.INFO);
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void close() {
		this.logger.detachAppender(this.log);
		this.release.release(10);
		this.communicators.forEach(KiwiCommunicator::close);
	}

	@Test
	void aSilentHandlerIsToldOfWithItsStackAndOnceCountedAndSeenUntilItEnds() {
		KiwiCommunicator kiwi = watched(UnaryOperator.identity());
		kiwi.addTaskSubscriber("silent", String.class, (text, task) -> {
			this.release.acquire();
			return text;
		});
		TaskHandle<String> handle = kiwi.sendTask("silent", "x", String.class);
		await().until(() -> this.log.list.size() >= 2);
		assertThat(this.log.list).allSatisfy((event) -> {
			assertThat(event.getFormattedMessage()).contains(handle.id(), "'silent'", "stuck-after");
			assertThat(event.getThrowableProxy().getMessage()).contains("kiwi-");
			assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
				.anyMatch((line) -> line.toString().contains(WatchdogTests.class.getName()));
		});
		assertThat(this.log.list.get(1).getTimeStamp() - this.log.list.get(0).getTimeStamp()).as("told again, rarely")
			.isGreaterThan(STUCK_AFTER.toMillis() / 2);
		assertThat(this.recorder.lines).containsOnlyOnce("event STUCK TASK silent");
		assertThat(stuck(kiwi)).singleElement().satisfies((stuck) -> {
			assertThat(stuck.id()).isEqualTo(handle.id());
			assertThat(stuck.queue()).isEqualTo("silent");
			assertThat(stuck.attempt()).isOne();
			assertThat(stuck.silent()).isGreaterThan(STUCK_AFTER);
		});
		assertThat(this.broken).isEmpty();
		this.release.release();
		assertThat(handle.result()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("x");
		await().until(() -> stuck(kiwi).isEmpty());
	}

	@Test
	void oneThatSaysSomethingIsNotStuckAndOneThatSaysSomethingAgainIsNoLonger() {
		KiwiCommunicator kiwi = watched((settings) -> settings.withTasks(settings.tasks().withConcurrency(4)));
		kiwi.addTaskSubscriber("says", String.class, (how, task) -> {
			while (!this.release.tryAcquire(1, 20, TimeUnit.MILLISECONDS)) {
				switch (how) {
					case "heartbeat" -> task.heartbeat();
					case "progress" -> task.progress(0.5);
					case "log" -> task.log("line");
					default -> task.partialResult("x");
				}
			}
			return how;
		});
		Semaphore again = new Semaphore(0);
		kiwi.addTaskSubscriber("silent", String.class, (text, task) -> {
			again.acquire();
			task.heartbeat();
			this.release.acquire();
			return text;
		});
		for (String how : List.of("heartbeat", "progress", "log", "partial")) {
			kiwi.sendTask("says", how);
		}
		kiwi.sendTask("silent", "x");
		await().until(() -> this.log.list.size() >= 2);
		assertThat(stuck(kiwi)).extracting(StuckTask::queue).containsExactly("silent");
		assertThat(this.log.list).noneMatch((event) -> event.getFormattedMessage().contains("'says'"));
		again.release();
		await()
			.until(() -> this.log.list.stream().anyMatch((event) -> event.getFormattedMessage().contains("gets on")));
	}

	@Test
	void anInterruptedOneHasFailedAndIsTriedAgain() {
		KiwiCommunicator kiwi = watched((settings) -> settings.withWatchdog(new WatchdogSettings(true, Duration.ZERO))
			.withTasks(settings.tasks().withRetry(2, new Backoff(Duration.ofMillis(10), 1, Duration.ofMillis(10)))));
		List<Integer> attempts = new CopyOnWriteArrayList<>();
		kiwi.addTaskSubscriber("thread", String.class, (text, task) -> {
			attempts.add(task.attempt());
			this.release.acquire();
			return text;
		});
		kiwi.addTaskSubscriber("stage", String.class, (text, task) -> new CompletableFuture<String>());
		for (String queue : List.of("thread", "stage")) {
			assertThat(kiwi.sendTask(queue, "x", String.class).result()).failsWithin(Duration.ofSeconds(10))
				.withThrowableOfType(ExecutionException.class)
				.havingCause()
				.isInstanceOfSatisfying(RemoteException.class, (failure) -> {
					assertThat(failure.remoteType()).isEqualTo(TimeoutException.class.getName());
					assertThat(failure).hasMessageContaining("kiwi.watchdog.interrupt");
				});
		}
		assertThat(attempts).containsExactly(1, 2);
		assertThat(kiwi.deadLetters().list()).hasSize(2);
	}

	@Test
	void afterTheSecondBoundTheProcessIsBrokenOnceForEachTask() {
		KiwiCommunicator kiwi = watched((settings) -> settings.withWatchdog(new WatchdogSettings(false, STUCK_AFTER)));
		kiwi.addTaskSubscriber("silent", String.class, (text, task) -> {
			this.release.acquire();
			return text;
		});
		kiwi.sendTask("silent", "x");
		await().until(() -> this.log.list.stream()
			.filter((event) -> event.getFormattedMessage().contains("seems stuck"))
			.count() >= 3);
		assertThat(this.broken).singleElement().satisfies((stuck) -> {
			assertThat(stuck.queue()).isEqualTo("silent");
			assertThat(stuck.silent()).isGreaterThanOrEqualTo(STUCK_AFTER.multipliedBy(2));
		});
	}

	@Test
	void aQueueThatDoesNotAskForItIsNotWatched() {
		KiwiCommunicator kiwi = watched(
				(settings) -> settings.withQueue("free", settings.tasks().withStuckAfter(Duration.ZERO)));
		for (String queue : List.of("free", "watched")) {
			kiwi.addTaskSubscriber(queue, String.class, (text, task) -> {
				this.release.acquire();
				return text;
			});
			kiwi.sendTask(queue, "x");
		}
		await().until(() -> this.log.list.size() >= 2);
		assertThat(stuck(kiwi)).extracting(StuckTask::queue).containsExactly("watched");
	}

	private static List<StuckTask> stuck(KiwiCommunicator kiwi) {
		return ((EngineStatistics) kiwi).snapshot().stuck();
	}

	private KiwiCommunicator watched(UnaryOperator<EngineSettings> settings) {
		KiwiCommunicator kiwi = KiwiCommunicatorBuilder.with(new InProcessTransport())
			.settings(settings.apply(EngineSettings.defaults()
				.withShutdownTimeout(Duration.ofSeconds(2))
				.withTasks(QueueSettings.defaults().withStuckAfter(STUCK_AFTER))))
			.observer(this.recorder)
			.observer(new EngineObserver() {

				@Override
				public void broken(StuckTask task) {
					WatchdogTests.this.broken.add(task);
				}

			})
			.build();
		this.communicators.add(kiwi);
		return kiwi;
	}

}

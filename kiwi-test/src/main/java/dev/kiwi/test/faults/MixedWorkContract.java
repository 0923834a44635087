package dev.kiwi.test.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.kiwi.DeadLetter;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.Task;
import dev.kiwi.TaskExpiredException;
import dev.kiwi.TaskHandle;
import dev.kiwi.TaskLostException;
import dev.kiwi.test.faults.Ledger.Outcome;
import dev.kiwi.test.faults.MixedWorker.Job;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Every accepted task has an outcome, whatever happens to workers and server meanwhile.
 * The build sends some tasks, {@code -Pfaults} sends 20,000. A transport's test extends
 * this and says how to connect.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
public abstract class MixedWorkContract {

	private static final Logger logger = LoggerFactory.getLogger(MixedWorkContract.class);

	private static final int TASKS = Integer.getInteger("kiwi.test.faults.tasks", 2_000);

	private static final long SEED = Long.getLong("kiwi.test.faults.seed", System.nanoTime());

	/** How long the last outcomes may take to come. */
	private static final Duration PATIENCE = Duration.ofMinutes(4);

	/** So many tasks are sent while one thing happens to workers or broker. */
	private static final int BATCH = 250;

	private final Random random = new Random(SEED);

	private final List<Jvm> workers = new ArrayList<>();

	private final Map<String, TaskHandle<Integer>> sent = new LinkedHashMap<>();

	private final Set<String> once = new HashSet<>();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	private int started;

	/**
	 * How many tasks are sent.
	 * @return the number
	 */
	protected int tasks() {
		return TASKS;
	}

	/**
	 * What carries the tasks, ended by the test that knows it.
	 * @return a server of this test's own
	 */
	protected abstract Server server();

	/**
	 * The sender.
	 * @return a communicator with {@link MixedWorker#settings}, which waits long enough
	 * for a server that is started again
	 */
	protected abstract KiwiCommunicator connect();

	/**
	 * Starts a worker: {@link MixedWorker#work} in another JVM.
	 * @param log the file for what it begins
	 * @return the worker
	 * @throws IOException if it cannot be started
	 */
	protected abstract Jvm startWorker(Path log) throws IOException;

	@AfterEach
	void endWorkers() {
		this.workers.forEach(Jvm::close);
	}

	@Test
	void everyAcceptedTaskHasAnOutcome() throws Exception {
		try (KiwiCommunicator kiwi = connect()) {
			for (int number = 0; number < 3; number++) {
				this.workers.add(worker());
			}
			kiwi.sendTask(MixedWorker.MIXED, new Job(-1, 1, 0)).accepted().get(1, TimeUnit.MINUTES);
			CompletableFuture<Void> fault = CompletableFuture.completedFuture(null);
			for (int number = 0; number < tasks(); number++) {
				if (number % BATCH == BATCH / 2) {
					fault.get(2, TimeUnit.MINUTES);
					// what a kill meets unconfirmed is refused: that shall be a part of
					// the work only
					await().atMost(Duration.ofMinutes(5))
						.until(() -> this.sent.values().stream().allMatch((handle) -> handle.accepted().isDone()));
					fault = CompletableFuture.runAsync(this::fault);
				}
				send(kiwi, number);
			}
			fault.get(2, TimeUnit.MINUTES);
			Ledger ledger = account(kiwi);
			logger.warn("seed {}, server {}: {}", SEED, server().version(), ledger);
			assertThat(ledger.unaccounted()).isEmpty();
			assertThat(ledger.size()).isGreaterThan(tasks() / 2);
			assertThat(this.once).as("at most once").noneMatch(ledger::isRepeated);
		}
	}

	private Jvm worker() throws IOException {
		return startWorker(this.directory.resolve("worker" + this.started++ + ".log"));
	}

	private void send(KiwiCommunicator kiwi, int number) {
		int kind = this.random.nextInt(100);
		boolean atMostOnce = kind < 10;
		int failures = (kind < 15) ? 0
				: (kind < 25) ? this.random.nextInt(1, MixedWorker.ATTEMPTS) : (kind < 30) ? MixedWorker.ATTEMPTS : 0;
		Task task = Task.of(atMostOnce ? MixedWorker.ONCE : MixedWorker.MIXED,
				new Job(number, this.random.nextInt(1, 40), failures));
		if (kind >= 30 && kind < 45) {
			task = task.withDelay(Duration.ofMillis(this.random.nextInt(100, 8_000)));
		}
		else if (kind >= 45 && kind < 50) {
			task = task.withTimeToLive(Duration.ofMillis(this.random.nextInt(1, 2_000)));
		}
		TaskHandle<Integer> handle = kiwi.sendTask(task, Integer.class);
		this.sent.put(handle.id(), handle);
		if (atMostOnce) {
			this.once.add(handle.id());
		}
		if (kind >= 40 && kind < 55) {
			handle.cancel();
		}
	}

	private void fault() {
		try {
			switch (this.random.nextInt(6)) {
				case 0, 1, 2 -> {
					int victim = this.random.nextInt(this.workers.size());
					this.workers.get(victim).kill();
					this.workers.set(victim, worker());
				}
				case 3 -> {
					Jvm victim = this.workers.get(this.random.nextInt(this.workers.size()));
					victim.freeze();
					elapse(Duration.ofSeconds(2));
					victim.thaw();
				}
				case 4 -> {
					server().kill();
					server().start();
				}
				default -> {
					server().freeze();
					elapse(Duration.ofSeconds(2));
					server().thaw();
				}
			}
			elapse(Duration.ofMillis(500));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What is frozen shows no condition to wait for. */
	private static void elapse(Duration duration) {
		long begin = System.nanoTime();
		await().until(() -> System.nanoTime() - begin > duration.toNanos());
	}

	private Ledger account(KiwiCommunicator kiwi) throws Exception {
		List<String> letters = new ArrayList<>();
		await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
			letters.clear();
			kiwi.deadLetters().list().stream().map(DeadLetter::id).forEach(letters::add);
			List<String> open = this.sent.values()
				.stream()
				.filter((handle) -> !handle.result().isDone() && !letters.contains(handle.id()))
				.map((handle) -> handle.id() + " " + state(kiwi, handle.id()))
				.toList();
			assertThat(open).as("seed " + SEED).isEmpty();
		});
		Ledger ledger = new Ledger();
		this.sent.forEach((id, handle) -> {
			if (handle.accepted().isCompletedExceptionally()) {
				ledger.refused(id);
			}
			else {
				ledger.accepted(id);
				told(handle, ledger);
			}
		});
		letters.stream()
			.filter((id) -> !this.once.contains(id))
			.forEach((id) -> ledger.outcome(id, Outcome.DEAD_LETTER));
		letters.stream().filter(this.once::contains).forEach((id) -> ledger.outcome(id, Outcome.LOST));
		try (Stream<Path> logs = Files.list(this.directory)) {
			for (Path log : logs.toList()) {
				for (String line : Files.readAllLines(log)) {
					int blank = line.indexOf(' ');
					ledger.begun(line.substring(0, blank), line.substring(blank));
				}
			}
		}
		return ledger;
	}

	/** Where it hangs, as far as the transport can tell. */
	private static Object state(KiwiCommunicator kiwi, String id) {
		return kiwi.taskState(id)
			.handle((state, failure) -> (failure != null) ? "" : state)
			.toCompletableFuture()
			.join();
	}

	private static void told(TaskHandle<Integer> handle, Ledger ledger) {
		handle.result().handle((result, failure) -> {
			ledger.outcome(handle.id(), outcome(failure));
			return null;
		});
	}

	private static Outcome outcome(@Nullable Throwable failure) {
		if (failure == null) {
			return Outcome.SUCCEEDED;
		}
		if (failure instanceof CancellationException) {
			return Outcome.CANCELLED;
		}
		if (failure instanceof TaskExpiredException) {
			return Outcome.EXPIRED;
		}
		return (failure instanceof TaskLostException) ? Outcome.LOST : Outcome.DEAD_LETTER;
	}

}

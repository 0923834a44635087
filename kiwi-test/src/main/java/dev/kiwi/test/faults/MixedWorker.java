package dev.kiwi.test.faults;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskContext;
import dev.kiwi.engine.Backoff;
import dev.kiwi.engine.EngineSettings;
import dev.kiwi.engine.QueueSettings;

/**
 * A worker of all kinds of tasks, meant for a JVM of its own. Of each handler that begins
 * it writes a line to a file, which is there whatever becomes of the JVM.
 */
public final class MixedWorker {

	/** Tasks that are run at least once, up to three times. */
	static final String MIXED = "mixed";

	/** Tasks that are run at most once. */
	static final String ONCE = "once";

	static final int ATTEMPTS = 3;

	private final CountDownLatch parentGone = new CountDownLatch(1);

	private final OutputStream log;

	private MixedWorker(OutputStream log) {
		this.log = log;
	}

	/**
	 * What workers and the sender agree on.
	 * @param defaults the settings to change
	 * @return the settings
	 */
	public static EngineSettings settings(EngineSettings defaults) {
		QueueSettings four = QueueSettings.defaults().withConcurrency(4);
		return defaults
			.withTasks(four.withPrefetch(20)
				.withRetry(ATTEMPTS, new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(1))))
			.withQueue(ONCE, four.withGuarantee(DeliveryGuarantee.AT_MOST_ONCE));
	}

	/**
	 * Works until the process that started this one ends.
	 * @param kiwi the way to the tasks, with these {@link #settings}
	 * @param file where it writes what begins
	 * @throws IOException if it cannot write
	 */
	public static void work(KiwiCommunicator kiwi, Path file) throws IOException {
		try (OutputStream log = new FileOutputStream(file.toFile(), true)) {
			MixedWorker worker = new MixedWorker(log);
			kiwi.addTaskSubscriber(MIXED, Job.class, worker::handle);
			kiwi.addTaskSubscriber(ONCE, Job.class, worker::handle);
			while (System.in.read() >= 0) {
				continue;
			}
			worker.parentGone.countDown();
		}
	}

	private int handle(Job job, TaskContext task) throws IOException, InterruptedException {
		String line = task.id() + " " + task.launch() + " " + task.attempt() + "\n";
		synchronized (this.log) {
			this.log.write(line.getBytes(StandardCharsets.US_ASCII));
		}
		if (this.parentGone.await(job.millis(), TimeUnit.MILLISECONDS)) {
			throw new IllegalStateException("The test is over");
		}
		if (task.attempt() <= job.failures()) {
			throw new IllegalStateException("Attempt " + task.attempt() + " of " + job.failures() + " that fail");
		}
		return job.number();
	}

	/**
	 * What is to be done.
	 *
	 * @param number the result
	 * @param millis how long it takes
	 * @param failures how many attempts fail
	 */
	record Job(int number, int millis, int failures) {
	}

}

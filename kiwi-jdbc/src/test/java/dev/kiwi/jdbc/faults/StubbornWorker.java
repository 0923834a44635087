package dev.kiwi.jdbc.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.DeliveryGuarantee;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.TaskContext;
import dev.kiwi.engine.QueueSettings;

/**
 * A worker in a JVM of its own whose handlers never end, unless they are interrupted, and
 * then go on as if nothing was: they report, and return or fail.
 */
final class StubbornWorker {

	static final String QUEUE = "stubborn";

	static final String ONCE = "stubborn-once";

	private final Path log;

	private StubbornWorker(Path log) {
		this.log = log;
	}

	public static void main(String[] arguments) throws Exception {
		QueueSettings tasks = QueueSettings.defaults().withConcurrency(4);
		try (HikariDataSource pool = Processes.pool(arguments[0]);
				KiwiCommunicator kiwi = Processes.connect(pool, (settings) -> settings.withTasks(tasks)
					.withQueue(ONCE, tasks.withGuarantee(DeliveryGuarantee.AT_MOST_ONCE)))) {
			StubbornWorker worker = new StubbornWorker(Path.of(arguments[1]));
			kiwi.addTaskSubscriber(QUEUE, String.class, worker::handle);
			kiwi.addTaskSubscriber(ONCE, String.class, worker::handle);
			while (System.in.read() >= 0) {
				continue;
			}
		}
	}

	private String handle(String how, TaskContext task) throws IOException {
		write("begun", task);
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			task.progress(0.5, "from the frozen");
			task.log("from the frozen");
			write(task.isOwned() ? "interrupted, and owns it" : "interrupted", task);
		}
		if (how.equals("fail")) {
			throw new IllegalStateException("from the frozen");
		}
		return "from the frozen";
	}

	private synchronized void write(String what, TaskContext task) throws IOException {
		Files.write(this.log, (what + " " + task.id() + "\n").getBytes(StandardCharsets.US_ASCII),
				StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

}

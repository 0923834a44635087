package dev.kiwi.jdbc.faults;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.SentTask;
import dev.kiwi.jdbc.JdbcSchema;

/**
 * Sends tasks in a JVM of its own, until it is killed. It writes the id of each that was
 * accepted to a file, which is there whatever becomes of the JVM.
 */
final class H2Sender {

	static final String QUEUE = "kept";

	private H2Sender() {
	}

	public static void main(String[] arguments) throws Exception {
		try (HikariDataSource pool = Processes.pool(arguments[0]);
				OutputStream log = new FileOutputStream(arguments[1])) {
			JdbcSchema.create(pool, Processes.SETTINGS.tablePrefix());
			try (KiwiCommunicator kiwi = Processes.connect(pool, (settings) -> settings)) {
				Semaphore underWay = new Semaphore(100);
				while (System.in.available() == 0) {
					underWay.acquire();
					SentTask sent = kiwi.sendTask(QUEUE, "x");
					sent.accepted().thenRun(() -> write(log, sent.id())).thenRun(underWay::release);
				}
			}
		}
	}

	private static void write(OutputStream log, String id) {
		try {
			log.write((id + "\n").getBytes(StandardCharsets.US_ASCII));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

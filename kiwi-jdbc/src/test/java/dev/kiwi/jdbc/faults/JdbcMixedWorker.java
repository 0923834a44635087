package dev.kiwi.jdbc.faults;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.test.faults.MixedWorker;

/**
 * A worker of all kinds of tasks in a JVM of its own.
 */
final class JdbcMixedWorker {

	private JdbcMixedWorker() {
	}

	public static void main(String[] arguments) throws Exception {
		try (HikariDataSource pool = Processes.pool(arguments[0]);
				KiwiCommunicator kiwi = Processes.connect(pool, MixedWorker::settings)) {
			MixedWorker.work(kiwi, Path.of(arguments[1]));
		}
	}

}

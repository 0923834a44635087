package dev.kiwi.benchmarks.process;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.harness.UnavailableException;

/**
 * The processor time of an idle process and its server, in percent of a core.
 */
final class Idle implements Contender {

	/** A JVM that has just started is not idle yet. */
	private static final int SETTLING_SECONDS = 4;

	/**
	 * Processor time is counted in hundredths of a second, and servers have their chores.
	 */
	private static final int LEAST_SECONDS = 30;

	private final ProcessHandle server;

	private final String[] arguments;

	/**
	 * A process and its server.
	 * @param server the server's first process, or this one: what is below it is counted
	 * anyway
	 * @param arguments the node's
	 */
	Idle(ProcessHandle server, String... arguments) throws UnavailableException {
		ProcessorTime.require();
		this.server = server;
		this.arguments = arguments;
	}

	@Override
	public double measure(Duration length) throws Exception {
		try (Jvm jvm = Jvm.start(Node.class, this.arguments)) {
			jvm.line("ready");
			TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
			long begun = System.nanoTime();
			double before = spent();
			TimeUnit.NANOSECONDS.sleep(Math.max(TimeUnit.SECONDS.toNanos(LEAST_SECONDS), length.toNanos()));
			return 100 * (spent() - before) * 1e9 / (System.nanoTime() - begun);
		}
	}

	/** Of the server and the node, not of this JVM itself. */
	private double spent() {
		Stream<ProcessHandle> processes = ProcessHandle.current().descendants();
		if (!this.server.equals(ProcessHandle.current())) {
			processes = Stream.concat(processes, Stream.concat(Stream.of(this.server), this.server.descendants()));
		}
		return ProcessorTime.of(processes.distinct());
	}

	/** The process that all of a PostgreSQL's processes come from. */
	static ProcessHandle postgreSql(String url) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
			row.next();
			return ProcessHandle.of(row.getLong(1)).flatMap(ProcessHandle::parent).orElseThrow();
		}
	}

}

package dev.kiwi.benchmarks.process;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.kiwi.benchmarks.harness.Contender;
import dev.kiwi.benchmarks.harness.UnavailableException;

/**
 * The processor time of an idle process and its server, in percent of a core.
 */
final class Idle implements Contender {

	/** A JVM that has just started is not idle yet. */
	private static final int SETTLING_SECONDS = 8;

	/**
	 * Processor time is counted in hundredths of a second, and servers have their chores.
	 */
	private static final int LEAST_SECONDS = 30;

	private final Supplier<Stream<ProcessHandle>> server;

	private final String[] arguments;

	/**
	 * A process and its server.
	 * @param server the server's processes
	 * @param arguments the node's
	 */
	Idle(Supplier<Stream<ProcessHandle>> server, String... arguments) throws UnavailableException {
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
			double before = spent(jvm);
			TimeUnit.NANOSECONDS.sleep(Math.max(TimeUnit.SECONDS.toNanos(LEAST_SECONDS), length.toNanos()));
			return 100 * (spent(jvm) - before) * 1e9 / (System.nanoTime() - begun);
		}
	}

	/** What other servers do meanwhile is not counted. */
	private double spent(Jvm node) {
		return ProcessorTime.of(Stream.concat(node.processes(), this.server.get()).distinct());
	}

	/** Those of the broker that this process has started. */
	static Supplier<Stream<ProcessHandle>> broker() {
		return ProcessHandle.current()::descendants;
	}

	/**
	 * Those of a PostgreSQL, once what others have left it to do is done.
	 */
	static Supplier<Stream<ProcessHandle>> postgreSql(String url) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement()) {
			statement.execute("VACUUM ANALYZE");
			statement.execute("CHECKPOINT");
			try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
				row.next();
				ProcessHandle first = ProcessHandle.of(row.getLong(1)).flatMap(ProcessHandle::parent).orElseThrow();
				return () -> Stream.concat(Stream.of(first), first.descendants());
			}
		}
	}

}

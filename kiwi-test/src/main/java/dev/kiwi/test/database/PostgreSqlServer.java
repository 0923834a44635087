package dev.kiwi.test.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.kiwi.test.broker.FreePorts;
import dev.kiwi.test.faults.Server;
import dev.kiwi.test.faults.Signals;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;

/**
 * A PostgreSQL of a test's own, to be killed and frozen. It ends with the JVM.
 */
public final class PostgreSqlServer implements Server {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Path data;

	private final EmbeddedPostgres installed;

	private final List<String> command;

	/**
	 * Starts one, which takes some seconds.
	 */
	public PostgreSqlServer() {
		try {
			this.data = Files.createTempDirectory("kiwi-postgresql");
			this.installed = EmbeddedPostgres.builder()
				.setDataDirectory(this.data)
				.setPort(FreePorts.next())
				// off where nothing is said, and a commit may be lost by a kill then
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("max_connections", "200")
				.setPGStartupWait(PATIENCE)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL did not start", ex);
		}
		this.command = command(postmaster().orElseThrow());
	}

	/**
	 * Where it is.
	 * @return its URL for JDBC, which names the user
	 */
	public String url() {
		return this.installed.getJdbcUrl("postgres", "postgres");
	}

	@Override
	public String version() {
		try (Connection connection = DriverManager.getConnection(url());
				Statement statement = connection.createStatement();
				ResultSet version = statement.executeQuery("SHOW server_version")) {
			version.next();
			return version.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("PostgreSQL does not answer: " + ex.getMessage(), ex);
		}
	}

	@Override
	public void kill() {
		ProcessHandle[] processes = processes();
		Signals.send("KILL", processes);
		Awaitility.await().atMost(PATIENCE).until(() -> Stream.of(processes).noneMatch(ProcessHandle::isAlive));
	}

	@Override
	public void start() {
		if (postmaster().filter(ProcessHandle::isAlive).isEmpty()) {
			try {
				new ProcessBuilder(this.command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
					.redirectError(ProcessBuilder.Redirect.DISCARD)
					.start();
			}
			catch (IOException ex) {
				throw new IllegalStateException("Cannot start PostgreSQL", ex);
			}
		}
		Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> !version().isEmpty());
	}

	@Override
	public void freeze() {
		Signals.send("STOP", processes());
	}

	@Override
	public void thaw() {
		Signals.send("CONT", processes());
	}

	@Override
	public void close() {
		try {
			thaw();
			this.installed.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL did not end", ex);
		}
	}

	/** All of them: one that was left would keep the next server from starting. */
	private ProcessHandle[] processes() {
		return postmaster().stream()
			.flatMap((process) -> Stream.concat(Stream.of(process), process.descendants()))
			.toArray(ProcessHandle[]::new);
	}

	private Optional<ProcessHandle> postmaster() {
		try {
			return ProcessHandle
				.of(Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0).trim()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** It does not run as root; in a namespace where that is nobody it does. */
	private static List<String> command(ProcessHandle process) {
		List<String> command = new ArrayList<>();
		if ("root".equals(System.getProperty("user.name"))) {
			command.addAll(List.of("unshare", "-U"));
		}
		command.add(process.info().command().orElseThrow());
		command.addAll(List.of(process.info().arguments().orElseThrow()));
		return command;
	}

}

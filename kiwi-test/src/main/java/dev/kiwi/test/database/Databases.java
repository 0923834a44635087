package dev.kiwi.test.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * Where tests find a database: URLs for JDBC, which name user and password.
 */
public final class Databases {

	private static @Nullable EmbeddedPostgres postgres;

	private static @Nullable EmbeddedPostgres durable;

	private Databases() {
	}

	/**
	 * A PostgreSQL of this process's own, one for all of its tests, which ends with it.
	 * @return its URL
	 */
	public static synchronized String postgreSql() {
		try {
			if (postgres == null) {
				postgres = server().start();
			}
			return postgres.getJdbcUrl("postgres", "postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL did not start", ex);
		}
	}

	/**
	 * Another one, which forces commits to the disk as a server does that nobody has told
	 * otherwise: to be measured. The one for tests does not wait for the disk.
	 * @return its URL
	 */
	public static synchronized String durablePostgreSql() {
		try {
			if (durable == null) {
				durable = server().setServerConfig("fsync", "on").setServerConfig("full_page_writes", "on").start();
			}
			return durable.getJdbcUrl("postgres", "postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("PostgreSQL did not start", ex);
		}
	}

	private static EmbeddedPostgres.Builder server() {
		return EmbeddedPostgres.builder()
			.setServerConfig("max_connections", "500")
			// off where nothing is said, which kiwi warns of
			.setServerConfig("synchronous_commit", "on");
	}

	/**
	 * An H2 database in a new file, of which a commit survives the process and which an
	 * interrupt does not close.
	 * @return its URL
	 */
	public static String h2() {
		try {
			Path directory = Files.createTempDirectory("kiwi-h2");
			directory.toFile().deleteOnExit();
			return "jdbc:h2:async:" + directory.resolve("kiwi") + ";WRITE_DELAY=0;USER=sa;DB_CLOSE_DELAY=-1";
		}
		catch (IOException ex) {
			throw new UncheckedIOException("There is no place for H2's file", ex);
		}
	}

}

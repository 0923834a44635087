package dev.kiwi.jdbc.faults;

import java.io.IOException;
import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import dev.kiwi.KiwiCommunicator;
import dev.kiwi.jdbc.JdbcSchema;
import dev.kiwi.test.database.PostgreSqlServer;
import dev.kiwi.test.faults.Jvm;
import dev.kiwi.test.faults.MixedWorkContract;
import dev.kiwi.test.faults.MixedWorker;
import dev.kiwi.test.faults.Server;
import org.junit.jupiter.api.AfterEach;

/**
 * Work of all kinds over PostgreSQL.
 */
class MixedWorkTests extends MixedWorkContract {

	private final PostgreSqlServer server = new PostgreSqlServer();

	private final HikariDataSource pool = Processes.pool(this.server.url());

	@AfterEach
	void end() {
		this.pool.close();
		this.server.close();
	}

	/** A part of what RabbitMQ is given, as a minute is enough. */
	@Override
	protected int tasks() {
		return super.tasks() / 2;
	}

	@Override
	protected Server server() {
		return this.server;
	}

	@Override
	protected KiwiCommunicator connect() {
		JdbcSchema.create(this.pool, Processes.SETTINGS.tablePrefix());
		return Processes.connect(this.pool, MixedWorker::settings);
	}

	@Override
	protected Jvm startWorker(Path log) throws IOException {
		return Jvm.start(JdbcMixedWorker.class, this.server.url(), log.toString());
	}

}

package dev.kiwi.jdbc;

import dev.kiwi.test.contract.TransportContract;
import dev.kiwi.transport.Transport;

class PostgreSqlTransportTests extends TransportContract {

	private static final TestDatabase database = TestDatabase.postgreSql();

	private final JdbcSettings settings = database.settings();

	@Override
	protected Transport connect() {
		return new JdbcTransport(database.dataSource(), this.settings);
	}

}

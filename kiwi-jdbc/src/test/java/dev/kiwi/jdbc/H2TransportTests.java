package dev.kiwi.jdbc;

import dev.kiwi.test.contract.TransportContract;
import dev.kiwi.transport.Transport;

class H2TransportTests extends TransportContract {

	private static final TestDatabase database = TestDatabase.h2();

	private final JdbcSettings settings = database.settings();

	@Override
	protected Transport connect() {
		return new JdbcTransport(database.dataSource(), this.settings);
	}

}

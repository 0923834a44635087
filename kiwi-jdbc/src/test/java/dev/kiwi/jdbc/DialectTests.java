package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class DialectTests {

	@Test
	void anyOtherDatabaseIsRefusedWithWhatToDo() throws Exception {
		Connection connection = mock(Connection.class);
		DatabaseMetaData metadata = mock(DatabaseMetaData.class);
		given(connection.getMetaData()).willReturn(metadata);
		given(metadata.getDatabaseProductName()).willReturn("MySQL");
		given(metadata.getURL()).willReturn("jdbc:mysql://localhost/test");
		assertThatExceptionOfType(UnsupportedDatabaseException.class).isThrownBy(() -> Dialect.of(connection))
			.withMessageContaining("MySQL")
			.withMessageContaining("PostgreSQL")
			.withMessageContaining("H2")
			.withMessageContaining("kiwi.transport");
	}

}

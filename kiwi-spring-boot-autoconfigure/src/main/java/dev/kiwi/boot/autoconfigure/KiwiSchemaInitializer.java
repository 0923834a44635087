package dev.kiwi.boot.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import dev.kiwi.jdbc.JdbcSchema;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/**
 * Creates kiwi's tables as {@code kiwi.jdbc.initialize-schema} says.
 */
class KiwiSchemaInitializer extends DataSourceScriptDatabaseInitializer {

	/** Where there is none for a platform, the transport says so. */
	private static final String SCRIPT = "optional:classpath:dev/kiwi/jdbc/schema-@@platform@@.sql";

	private final String tablePrefix;

	KiwiSchemaInitializer(DataSource dataSource, KiwiJdbcProperties properties) {
		super(dataSource, settings(dataSource, properties));
		this.tablePrefix = properties.tablePrefix();
	}

	/** A database in a file that this process runs is no less embedded. */
	@Override
	protected boolean isEmbeddedDatabase() {
		try (Connection connection = getDataSource().getConnection()) {
			String url = connection.getMetaData().getURL();
			return url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
		}
		catch (SQLException ex) {
			return false;
		}
	}

	@Override
	protected void runScripts(Scripts scripts) {
		JdbcSchema.create(getDataSource(), this.tablePrefix);
	}

	private static DatabaseInitializationSettings settings(DataSource dataSource, KiwiJdbcProperties properties) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(properties.initializeSchema());
		settings.setSchemaLocations(locations(dataSource, properties.initializeSchema()));
		return settings;
	}

	/** A database that is away is no embedded one, and may come later. */
	private static List<String> locations(DataSource dataSource, DatabaseInitializationMode mode) {
		if (mode == DatabaseInitializationMode.NEVER) {
			return List.of();
		}
		try {
			return List.copyOf(new PlatformPlaceholderDatabaseDriverResolver().resolveAll(dataSource, SCRIPT));
		}
		catch (IllegalStateException ex) {
			if (mode == DatabaseInitializationMode.ALWAYS) {
				throw ex;
			}
			return List.of();
		}
	}

}

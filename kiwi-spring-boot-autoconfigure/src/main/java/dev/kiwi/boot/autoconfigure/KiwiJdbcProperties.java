package dev.kiwi.boot.autoconfigure;

import java.time.Duration;

import dev.kiwi.jdbc.JdbcSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.util.unit.DataSize;

/**
 * How kiwi uses a database.
 *
 * @param dataSource The name of the DataSource bean to use. The only or the primary one
 * by default.
 * @param initializeSchema When kiwi's tables are created: always, never, or embedded,
 * which is where the application itself runs the database.
 * @param tablePrefix What the names of kiwi's tables start with, with a schema and a dot
 * before it where they are not in the connection's own one.
 * @param lease How long a process that says nothing any more keeps what it holds.
 * @param resultsKept How long the outcome of a task is kept for whoever asks.
 * @param sendTimeout How long a message may wait to be durable.
 * @param windowSize How many bytes of payload may wait to be committed at once. A larger
 * single message goes alone.
 * @param survivePowerLoss Whether H2 forces to the disk what it tells to be durable, so
 * that it outlives the machine and not only the process. PostgreSQL does so by itself.
 */
@ConfigurationProperties("kiwi.jdbc")
public record KiwiJdbcProperties(@Nullable String dataSource,
		@DefaultValue("embedded") DatabaseInitializationMode initializeSchema,
		@DefaultValue("kiwi_") String tablePrefix, @DefaultValue("15s") Duration lease,
		@DefaultValue("1d") Duration resultsKept, @DefaultValue("30s") Duration sendTimeout,
		@DefaultValue("32MB") DataSize windowSize, @DefaultValue("false") boolean survivePowerLoss) {

	JdbcSettings settings(KiwiProperties all) {
		try {
			return new JdbcSettings(all.namespace(), this.tablePrefix, this.lease, this.resultsKept,
					all.tasks().deadLetters().timeToLive(), this.sendTimeout, this.windowSize.toBytes(),
					this.survivePowerLoss);
		}
		catch (IllegalArgumentException ex) {
			throw KiwiConfigurationException.invalid("kiwi.jdbc and kiwi.namespace", ex);
		}
	}

}

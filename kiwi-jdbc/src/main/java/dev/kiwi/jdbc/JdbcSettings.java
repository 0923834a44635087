package dev.kiwi.jdbc;

import java.time.Duration;

/**
 * How kiwi uses a database.
 *
 * @param namespace keeps applications apart that share one database, 1 to 20 of the
 * characters A-Z a-z 0-9 _ -; {@code kiwi} by default
 * @param tablePrefix what the names of kiwi's tables start with, 1 to 46 of the
 * characters A-Z a-z 0-9 _, with a schema and a dot before it where the tables are not in
 * the connection's own one; {@code kiwi_} by default. PostgreSQL cuts names after 63
 * bytes, and kiwi's longest has 17 after the prefix
 * @param lease how long a process that says nothing any more keeps what it holds, 15 s by
 * default: a third of it between two heartbeats leaves room for two that fail
 * @param resultsKept how long the outcome of a task is kept for whoever asks, 1 day by
 * default
 * @param deadLetterTimeToLive how long dead letters are kept, 7 days by default
 * @param sendTimeout how long a message may wait to be durable, for room in the window or
 * for the database, 30 s by default
 * @param windowBytes how many bytes of bodies may wait to be committed at once, 32 MiB by
 * default: twice the largest body; a larger single message goes alone
 * @param survivePowerLoss whether H2 forces what is told to be durable to the disk before
 * it is told, {@code false} by default: it survives the process, and not the machine.
 * Does nothing on PostgreSQL, whose server does so by itself
 */
public record JdbcSettings(String namespace, String tablePrefix, Duration lease, Duration resultsKept,
		Duration deadLetterTimeToLive, Duration sendTimeout, long windowBytes, boolean survivePowerLoss) {

	/**
	 * Used where nothing else is said.
	 */
	public static final JdbcSettings DEFAULTS = new JdbcSettings("kiwi", "kiwi_", Duration.ofSeconds(15),
			Duration.ofDays(1), Duration.ofDays(7), Duration.ofSeconds(30), 32 << 20, false);

	private static final String IDENTIFIER = "([A-Za-z_][A-Za-z0-9_]{0,59}\\.)?[A-Za-z_][A-Za-z0-9_]{0,45}";

	public JdbcSettings {
		require(namespace.matches("[A-Za-z0-9_-]{1,20}"), "kiwi.namespace", namespace,
				"1 to 20 of the characters A-Z a-z 0-9 _ -");
		require(tablePrefix.matches(IDENTIFIER), "kiwi.jdbc.table-prefix", tablePrefix,
				"1 to 46 of the characters A-Z a-z 0-9 _, with a schema and a dot before it if need be");
		require(lease.compareTo(Duration.ofSeconds(1)) >= 0, "kiwi.jdbc.lease", lease, "1 s or more");
		require(!resultsKept.isNegative(), "kiwi.jdbc.results-kept", resultsKept, "0 or more");
		require(deadLetterTimeToLive.compareTo(Duration.ofSeconds(1)) >= 0, "kiwi.tasks.dead-letters.time-to-live",
				deadLetterTimeToLive, "1 s or more");
		require(!sendTimeout.isNegative() && !sendTimeout.isZero(), "kiwi.jdbc.send-timeout", sendTimeout,
				"more than 0");
		require(windowBytes > 0, "kiwi.jdbc.window-size", windowBytes, "more than 0");
	}

	/**
	 * These settings in another namespace.
	 * @param namespace the namespace
	 * @return the settings
	 */
	public JdbcSettings withNamespace(String namespace) {
		return new JdbcSettings(namespace, this.tablePrefix, this.lease, this.resultsKept, this.deadLetterTimeToLive,
				this.sendTimeout, this.windowBytes, this.survivePowerLoss);
	}

	/**
	 * These settings with other tables.
	 * @param tablePrefix what their names start with
	 * @return the settings
	 */
	public JdbcSettings withTablePrefix(String tablePrefix) {
		return new JdbcSettings(this.namespace, tablePrefix, this.lease, this.resultsKept, this.deadLetterTimeToLive,
				this.sendTimeout, this.windowBytes, this.survivePowerLoss);
	}

	/**
	 * These settings with another lease.
	 * @param lease how long a silent process keeps what it holds
	 * @return the settings
	 */
	public JdbcSettings withLease(Duration lease) {
		return new JdbcSettings(this.namespace, this.tablePrefix, lease, this.resultsKept, this.deadLetterTimeToLive,
				this.sendTimeout, this.windowBytes, this.survivePowerLoss);
	}

	/**
	 * These settings with other lives of what is over.
	 * @param resultsKept how long outcomes are kept
	 * @param deadLetterTimeToLive how long dead letters are kept
	 * @return the settings
	 */
	public JdbcSettings withKept(Duration resultsKept, Duration deadLetterTimeToLive) {
		return new JdbcSettings(this.namespace, this.tablePrefix, this.lease, resultsKept, deadLetterTimeToLive,
				this.sendTimeout, this.windowBytes, this.survivePowerLoss);
	}

	/**
	 * These settings with another bound for sending.
	 * @param sendTimeout how long a message may wait to be durable
	 * @param windowBytes how many bytes may wait at once
	 * @return the settings
	 */
	public JdbcSettings withSending(Duration sendTimeout, long windowBytes) {
		return new JdbcSettings(this.namespace, this.tablePrefix, this.lease, this.resultsKept,
				this.deadLetterTimeToLive, sendTimeout, windowBytes, this.survivePowerLoss);
	}

	/**
	 * These settings with another durability in H2.
	 * @param survivePowerLoss whether the disk is waited for
	 * @return the settings
	 */
	public JdbcSettings withSurvivePowerLoss(boolean survivePowerLoss) {
		return new JdbcSettings(this.namespace, this.tablePrefix, this.lease, this.resultsKept,
				this.deadLetterTimeToLive, this.sendTimeout, this.windowBytes, survivePowerLoss);
	}

	private static void require(boolean condition, String setting, Object value, String allowed) {
		if (!condition) {
			throw new IllegalArgumentException(setting + " is " + value + ", allowed is " + allowed);
		}
	}

}

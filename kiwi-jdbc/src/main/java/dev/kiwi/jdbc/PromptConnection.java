package dev.kiwi.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

/**
 * A connection to PostgreSQL beside a pool, which hears notifications without the delay
 * of the pool's, see {@link PromptSocketFactory}.
 */
final class PromptConnection {

	private static final Logger logger = LoggerFactory.getLogger(PromptConnection.class);

	private static final boolean known = isPresent("com.zaxxer.hikari.HikariDataSource")
			&& isPresent("org.postgresql.Driver");

	private PromptConnection() {
	}

	/**
	 * Opens one to the database of a pool.
	 * @return null where it cannot be had: the pool is none of HikariCP's or none of
	 * PostgreSQL, or there is room for no connection beside it
	 */
	static @Nullable Connection open(DataSource pool) {
		return known ? Hikari.open(pool) : null;
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, PromptConnection.class.getClassLoader());
	}

	private static final class Hikari {

		static @Nullable Connection open(DataSource pool) {
			if (!(pool instanceof HikariDataSource hikari) || hikari.getJdbcUrl() == null) {
				return null;
			}
			Properties properties = new Properties();
			properties.putAll(hikari.getDataSourceProperties());
			properties.putIfAbsent("socketFactory", PromptSocketFactory.class.getName());
			if (hikari.getUsername() != null) {
				properties.put("user", hikari.getUsername());
			}
			if (hikari.getPassword() != null) {
				properties.put("password", hikari.getPassword());
			}
			try {
				return new Driver().connect(hikari.getJdbcUrl(), properties);
			}
			catch (SQLException ex) {
				logger.debug("No connection beside the pool; one of the pool listens", ex);
				return null;
			}
		}

	}

}

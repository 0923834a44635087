package dev.kiwi.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Rings by PostgreSQL's LISTEN and NOTIFY: one channel for everybody and one for each
 * instance, so that nobody wakes for what is another's.
 */
final class NotifyDoorbell implements Doorbell {

	/** PostgreSQL carries payloads of less than 8,000 bytes. */
	private static final int MAX_PAYLOAD = 7_900;

	/** A connection that died silently is found by asking it now and then. */
	private static final int CHECK_MILLIS = 30_000;

	/**
	 * The way there and back is taken once for both; to the driver nothing is left then.
	 */
	@Override
	public void commit(Tx tx, Collection<Bell> bells) throws SQLException {
		Map<String, String> words = bells.stream()
			.collect(Collectors.groupingBy(Bell::address, Collectors.mapping(Bell::word, Collectors.joining(" "))));
		String sql = "SELECT " + String.join(", ", words.keySet().stream().map((word) -> "pg_notify(?, ?)").toList())
				+ "; COMMIT";
		try (PreparedStatement statement = tx.connection().prepareStatement(sql)) {
			int index = 1;
			for (Map.Entry<String, String> entry : words.entrySet()) {
				statement.setString(index++, channel(tx.place(), entry.getKey()));
				statement.setString(index++,
						(entry.getValue().length() < MAX_PAYLOAD) ? entry.getValue() : Bell.EVERYWHERE);
			}
			statement.execute();
		}
		tx.commit();
	}

	@Override
	public void ring(Place place, Collection<Bell> bells) {
	}

	@Override
	public void listen(Place place, String instance, Connection connection, Consumer<String> hearing)
			throws SQLException {
		connection.setAutoCommit(true);
		try (Statement statement = connection.createStatement()) {
			statement.execute("LISTEN " + channel(place, Bell.EVERYBODY));
			statement.execute("LISTEN " + channel(place, instance));
			try {
				hearing.accept(Bell.EVERYWHERE);
				while (hear(connection, statement, hearing)) {
					// until it is told to close
				}
			}
			finally {
				statement.execute("UNLISTEN *");
			}
		}
	}

	private static boolean hear(Connection connection, Statement statement, Consumer<String> hearing)
			throws SQLException {
		PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(CHECK_MILLIS);
		if (notifications == null || notifications.length == 0) {
			statement.execute("SELECT 1");
			return true;
		}
		for (PGNotification notification : notifications) {
			for (String word : notification.getParameter().split(" ")) {
				if (word.equals(CLOSE)) {
					return false;
				}
				hearing.accept(word);
			}
		}
		return true;
	}

	/** Names of channels are short, those of instances and tables need not be. */
	private static String channel(Place place, String address) {
		try {
			byte[] name = (place.prefix() + ' ' + place.namespace() + ' ' + address).getBytes(StandardCharsets.UTF_8);
			return "kiwi_" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name), 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}

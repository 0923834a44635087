package dev.kiwi.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Rings by PostgreSQL's LISTEN and NOTIFY: one channel for everybody and one for each
 * instance, so that nobody wakes for what is another's.
 */
final class NotifyDoorbell implements Doorbell {

	/** PostgreSQL carries payloads of less than 8,000 bytes. */
	private static final int MAX_PAYLOAD = 7_900;

	/** Who rings and hears nothing. */
	private static final String NOBODY = "-";

	/** A connection that died silently is found by asking it now and then. */
	private static final int CHECK_MILLIS = 30_000;

	/** This process hears its own bells without the server. */
	private volatile @Nullable Listener here;

	/**
	 * The way there and back is taken once for both; to the driver nothing is left then.
	 */
	@Override
	public void commit(Tx tx, Collection<Bell> bells) throws SQLException {
		Tx.Call call = with(tx.place(), bells);
		if (call != null) {
			tx.before(call);
			tx.execute("COMMIT");
		}
		tx.commit();
		ring(tx.place(), tx.unheardHere());
	}

	@Override
	public Tx.@Nullable Call with(Place place, Collection<Bell> bells) {
		Listener here = this.here;
		Map<String, String> words = bells.stream()
			.filter((bell) -> here == null || !here.isAlone(bell))
			.collect(Collectors.groupingBy(Bell::address, Collectors.mapping(Bell::word, Collectors.joining(" "))));
		if (words.isEmpty()) {
			return null;
		}
		String origin = (here != null) ? here.channel() : NOBODY;
		List<String> parameters = new ArrayList<>();
		words.forEach((address, rung) -> {
			parameters.add(channel(place, address));
			parameters.add(origin + ' ' + ((rung.length() < MAX_PAYLOAD) ? rung : Bell.EVERYWHERE));
		});
		return new Tx.Call("SELECT " + String.join(", ", Collections.nCopies(words.size(), "pg_notify(?, ?)")),
				parameters);
	}

	/** The others heard it {@link #with} the commit. */
	@Override
	public void ring(Place place, Collection<Bell> bells) {
		Listener here = this.here;
		if (here != null) {
			bells.forEach(here::hear);
		}
	}

	@Override
	public boolean ringHere(Place place, Collection<Bell> bells) {
		ring(place, bells);
		return false;
	}

	@Override
	public void listen(Place place, String instance, Connection connection, Consumer<String> hearing)
			throws SQLException {
		connection.setAutoCommit(true);
		Listener listening = new Listener(instance, channel(place, instance), channel(place, Bell.EVERYBODY), hearing);
		this.here = listening;
		try (Statement statement = connection.createStatement()) {
			statement.execute("LISTEN " + listening.everybodys());
			statement.execute("LISTEN " + listening.channel());
			try {
				hearing.accept(Bell.EVERYWHERE);
				while (hear(connection, statement, listening)) {
					// until it is told to close
				}
			}
			finally {
				statement.execute("UNLISTEN *");
			}
		}
	}

	private static boolean hear(Connection connection, Statement statement, Listener listening) throws SQLException {
		PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(CHECK_MILLIS);
		if (notifications == null || notifications.length == 0) {
			statement.execute("SELECT 1");
			return true;
		}
		for (PGNotification notification : notifications) {
			for (String word : listening.words(notification)) {
				if (word.equals(CLOSE)) {
					return false;
				}
				listening.hearing().accept(word);
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

	/**
	 * This process.
	 *
	 * @param channel its own
	 * @param everybodys the channel of all
	 */
	private record Listener(String instance, String channel, String everybodys, Consumer<String> hearing) {

		/** Whether nobody else is to hear a bell. */
		boolean isAlone(Bell bell) {
			return bell.address().equals(this.instance) && !bell.isForTheListener();
		}

		void hear(Bell bell) {
			if (isAlone(bell) || bell.address().equals(Bell.EVERYBODY)) {
				this.hearing.accept(bell.word());
			}
		}

		/** What is news. */
		List<String> words(PGNotification notification) {
			List<String> words = List.of(notification.getParameter().split(" "));
			boolean own = words.get(0).equals(this.channel) && notification.getName().equals(this.everybodys);
			return own ? List.of() : words.subList(1, words.size());
		}

	}

}

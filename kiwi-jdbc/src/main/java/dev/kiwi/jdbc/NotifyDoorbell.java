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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Rings by PostgreSQL's LISTEN and NOTIFY: one channel for everybody, one for each
 * instance and one for each queue, so that nobody wakes for what is another's.
 */
final class NotifyDoorbell implements Doorbell {

	/** PostgreSQL carries payloads of less than 8,000 bytes. */
	private static final int MAX_PAYLOAD = 7_900;

	/** Who rings and hears nothing. */
	private static final String NOBODY = "-";

	/** A connection that died silently is found by asking it now and then. */
	private static final int CHECK_MILLIS = 30_000;

	/** How many queues are listened to that nobody works on any more. */
	private static final int MAX_UNUSED = 100;

	/** The words rung for the queues that are listened to, or null while none is. */
	private volatile @Nullable Set<String> queues;

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
			.collect(Collectors.groupingBy(NotifyDoorbell::address,
					Collectors.mapping(Bell::word, Collectors.joining(" "))));
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
	public void listen(Place place, Connection connection, Ear ear) throws SQLException {
		connection.setAutoCommit(true);
		Listener listening = new Listener(ear, channel(place, ear.instance()));
		this.here = listening;
		try (Statement statement = connection.createStatement()) {
			statement.execute("LISTEN " + channel(place, Bell.EVERYBODY));
			statement.execute("LISTEN " + listening.channel());
			Set<String> queues = ConcurrentHashMap.newKeySet();
			this.queues = queues;
			try {
				listen(place, statement, ear, queues);
				ear.hearing().accept(Bell.EVERYWHERE);
				while (ear.open().getAsBoolean() && hear(connection, statement, listening)) {
					listen(place, statement, ear, queues).forEach(ear.hearing());
				}
			}
			finally {
				this.queues = null;
				statement.execute("UNLISTEN *");
			}
		}
	}

	/** Whoever begins to listen asks for all queues first. */
	@Override
	public boolean misses(String queue) {
		Set<String> queues = this.queues;
		return queues != null && !queues.contains(Bell.queue(queue).word());
	}

	/**
	 * Listens to the queues that are worked on now. Who polls does so now and then: those
	 * that were worked on are kept while they are few.
	 * @return the new ones, for which bells may have been missed
	 */
	private static List<String> listen(Place place, Statement statement, Ear ear, Set<String> queues)
			throws SQLException {
		Set<String> wanted = wanted(ear);
		if (queues.size() > wanted.size() + MAX_UNUSED) {
			for (String queue : queues) {
				if (!wanted.contains(queue)) {
					queues.remove(queue);
					statement.execute("UNLISTEN " + channel(place, queue));
				}
			}
			// one of those removed may be worked on since
			wanted = wanted(ear);
		}
		List<String> missing = wanted.stream().filter((queue) -> !queues.contains(queue)).toList();
		for (String queue : missing) {
			statement.execute("LISTEN " + channel(place, queue));
			queues.add(queue);
		}
		return missing;
	}

	private static Set<String> wanted(Ear ear) {
		return ear.queues().get().stream().map((queue) -> Bell.queue(queue).word()).collect(Collectors.toSet());
	}

	/** The bells for a queue are for those who work on it. */
	private static String address(Bell bell) {
		return (Bell.queueOf(bell.word()) != null) ? bell.word() : bell.address();
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
				listening.ear().hearing().accept(word);
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
	 */
	private record Listener(Ear ear, String channel) {

		/** Whether nobody else is to hear a bell. */
		boolean isAlone(Bell bell) {
			return bell.address().equals(this.ear.instance()) && !bell.isForTheListener();
		}

		void hear(Bell bell) {
			if (isAlone(bell) || bell.address().equals(Bell.EVERYBODY)) {
				this.ear.hearing().accept(bell.word());
			}
		}

		/** What is news. */
		List<String> words(PGNotification notification) {
			List<String> words = List.of(notification.getParameter().split(" "));
			boolean own = words.get(0).equals(this.channel) && !notification.getName().equals(this.channel);
			return own ? List.of() : words.subList(1, words.size());
		}

	}

}

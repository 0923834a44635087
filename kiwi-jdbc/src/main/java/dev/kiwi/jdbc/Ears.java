package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.kiwi.BroadcastFilter;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.MessageTransport.BroadcastListener;
import org.jspecify.annotations.Nullable;

/**
 * Hears broadcasts: each listening instance has its own row of each.
 */
final class Ears implements Pump.Source {

	/** How many broadcasts may be unheard at once. */
	private static final int UNHEARD = 1_000;

	private final Hub hub;

	/**
	 * What is wanted, and from which row on. What was said before is not for who came
	 * after.
	 */
	private final NavigableMap<Long, List<BroadcastFilter>> filters = new ConcurrentSkipListMap<>();

	/** The last of them. */
	private volatile List<BroadcastFilter> wanted = List.of();

	private volatile @Nullable BroadcastListener listener;

	private int unheard;

	private boolean mayHaveMore;

	Ears(Hub hub) {
		this.hub = hub;
	}

	CompletionStage<Void> listen(Collection<BroadcastFilter> wanted, BroadcastListener listener) {
		this.wanted = List.copyOf(wanted);
		this.listener = listener;
		return this.hub.say("Listening", (tx, owner) -> {
			want(this.wanted, newest(tx, owner));
			joining(tx, owner);
		});
	}

	boolean isListening() {
		return this.listener != null && this.hub.lease().owner() != null;
	}

	private void want(List<BroadcastFilter> filters, @Nullable Long after) {
		this.filters.put((after != null) ? after + 1 : Long.MIN_VALUE, filters);
		if (after == null) {
			// never without any, while others hear
			this.filters.tailMap(Long.MIN_VALUE, false).clear();
		}
	}

	private static @Nullable Long newest(Tx tx, String owner) throws SQLException {
		return tx
			.query("SELECT seq FROM {message} WHERE namespace = ? AND recipient = ? AND box = 'broadcast' "
					+ "ORDER BY seq DESC LIMIT 1", (row) -> row.getLong(1), tx.namespace(), owner)
			.stream()
			.findFirst()
			.orElse(null);
	}

	void joining(Tx tx, String owner) throws SQLException {
		Map.Entry<Long, List<BroadcastFilter>> latest = this.filters.lastEntry();
		tx.update("UPDATE {instance} SET listening = ? WHERE namespace = ? AND owner = ?",
				latest != null && !latest.getValue().isEmpty(), tx.namespace(), owner);
	}

	@Override
	public void look() throws SQLException {
		String owner = this.hub.lease().owner();
		int room;
		synchronized (this) {
			room = UNHEARD - this.unheard;
			this.mayHaveMore = room <= 0;
		}
		if (room <= 0 || owner == null || this.listener == null) {
			return;
		}
		List<Heard> read = this.hub.database()
			.inTransaction((tx) -> tx.deleting("""
					DELETE FROM {message} WHERE {picked}
					SELECT seq FROM {message} WHERE namespace = ? AND recipient = ? AND box = 'broadcast'
					ORDER BY seq LIMIT ? {skip_locked} {end_picked}""",
					"seq, id, reply_to, content_type, headers, body", Heard::read, tx.namespace(), owner, room));
		read.sort(Comparator.comparingLong(Heard::seq));
		synchronized (this) {
			this.unheard += read.size();
			this.mayHaveMore |= read.size() == room;
		}
		read.forEach(this::hear);
	}

	private void hear(Heard heard) {
		BroadcastListener listener = this.listener;
		BroadcastEnvelope broadcast = heard.broadcast();
		Map.Entry<Long, List<BroadcastFilter>> filters = this.filters.floorEntry(heard.seq());
		boolean wanted = filters != null && filters.getValue()
			.stream()
			.anyMatch((filter) -> filter.matches(broadcast.subject(), broadcast.sender()));
		if (listener == null || !wanted) {
			heard();
			return;
		}
		listener.heard(broadcast).whenComplete((nothing, failure) -> heard());
	}

	private void heard() {
		boolean more;
		synchronized (this) {
			this.unheard--;
			more = this.mayHaveMore && this.unheard < UNHEARD / 2;
		}
		if (more) {
			this.hub.wordPump().ring(this);
		}
	}

	@Override
	public String toString() {
		return "The broadcasts";
	}

	private record Heard(long seq, BroadcastEnvelope broadcast) {

		static Heard read(ResultSet row) throws SQLException {
			return new Heard(row.getLong("seq"), Word.broadcast(row));
		}

	}

}

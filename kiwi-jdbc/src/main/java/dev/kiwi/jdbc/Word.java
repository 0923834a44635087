package dev.kiwi.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

import dev.kiwi.UnroutableException;
import dev.kiwi.transport.BroadcastEnvelope;
import dev.kiwi.transport.Envelope;
import dev.kiwi.transport.Headers;
import dev.kiwi.transport.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What is said: a call, an answer or a broadcast.
 */
sealed interface Word {

	/** Where broadcasts come in. */
	String BROADCAST = "broadcast";

	/** What the box of an identifier's requests starts with. */
	String RPC = "rpc:";

	/**
	 * A call.
	 *
	 * @param timeToLive after this it is of no use
	 */
	record Call(String identifier, Envelope request, Duration timeToLive) implements Word {
	}

	/**
	 * An answer.
	 *
	 * @param seq the request's row
	 * @param owner who holds it
	 * @param to who asked
	 */
	record Answer(long seq, String owner, String to, Reply reply) implements Word {
	}

	/**
	 * A broadcast.
	 */
	record Shout(BroadcastEnvelope broadcast) implements Word {
	}

	/**
	 * Only wakes, others than this process.
	 */
	record Ring(Set<Bell> bells) implements Word {
	}

	/**
	 * Writes some words.
	 * @return what each failed with, or null where it did not
	 */
	static List<@Nullable RuntimeException> write(Tx tx, List<Word> words) throws SQLException {
		return new Writing(tx).write(words);
	}

	/** A broadcast as it was written. */
	static BroadcastEnvelope broadcast(ResultSet row) throws SQLException {
		Envelope envelope = Held.envelope(row);
		Map<String, String> headers = envelope.headers();
		return new BroadcastEnvelope(headers.remove(Writing.SUBJECT), headers.remove(Writing.SENDER),
				headers.remove(Writing.CORRELATION), envelope);
	}

	/**
	 * One transaction's words.
	 */
	final class Writing {

		private static final String SUBJECT = Headers.PREFIX + "subject";

		private static final String SENDER = Headers.PREFIX + "sender";

		private static final String CORRELATION = Headers.PREFIX + "correlation";

		/** Who was away for so long has to ask anyway how things are. */
		private static final Duration BROADCAST_KEPT = Duration.ofMinutes(10);

		private final Tx tx;

		private final Tells tells;

		private final List<@Nullable Object[]> rows = new ArrayList<>();

		private Writing(Tx tx) {
			this.tx = tx;
			this.tells = new Tells(tx);
		}

		private List<@Nullable RuntimeException> write(List<Word> words) throws SQLException {
			Map<String, List<String>> callees = callees(words);
			List<String> listeners = listeners(words);
			List<@Nullable RuntimeException> failures = new ArrayList<>();
			for (Word word : words) {
				RuntimeException failure = null;
				if (word instanceof Call call) {
					failure = call(call, callees.getOrDefault(call.identifier(), List.of()));
				}
				else if (word instanceof Answer answer) {
					answer(answer);
				}
				else if (word instanceof Shout shout) {
					shout(shout.broadcast(), listeners);
				}
				else if (word instanceof Ring ring) {
					ring.bells().forEach(this.tx::ringOthers);
				}
				failures.add(failure);
			}
			this.tx.insertAll("""
					INSERT INTO {message} (namespace, recipient, box, kind, id, reply_to, content_type, headers, body,
					expires) {values} {namespace:text}, {recipient:text}, {box:text}, {kind:text}, {id:text},
					{reply_to:text}, {content_type:text}, {headers:text}, {body:bytes}, {expires:from_now}
					{end_values}""", this.rows);
			this.tells.write();
			return failures;
		}

		private @Nullable RuntimeException call(Call call, List<String> callees) {
			if (callees.isEmpty()) {
				return new UnroutableException("Nobody serves the RPC identifier '" + call.identifier() + "', call "
						+ call.request().id() + " was not delivered; is its server running?");
			}
			String callee = callees.get(ThreadLocalRandom.current().nextInt(callees.size()));
			add(callee, RPC + call.identifier(), "REQUEST", call.request(), call.request().headers(),
					call.timeToLive());
			this.tx.ring(Bell.request(callee, call.identifier()));
			return null;
		}

		/** Whoever has lost the request may not end it. */
		private void answer(Answer answer) throws SQLException {
			if (!answer.reply().kind().isFinal() || this.tx
				.update("DELETE FROM {message} WHERE seq = ? AND recipient = ?", answer.seq(), answer.owner()) > 0) {
				this.tells.tell(answer.to(), Tells.RPC_REPLY, answer.reply());
			}
		}

		private void shout(BroadcastEnvelope broadcast, List<String> listeners) {
			if (listeners.isEmpty()) {
				return;
			}
			Map<String, String> headers = new TreeMap<>(broadcast.envelope().headers());
			put(headers, SUBJECT, broadcast.subject());
			put(headers, SENDER, broadcast.sender());
			put(headers, CORRELATION, broadcast.correlationId());
			for (String listener : listeners) {
				add(listener, BROADCAST, "BROADCAST", broadcast.envelope(), headers, BROADCAST_KEPT);
			}
			this.tx.ring(Bell.broadcast());
		}

		private void add(String recipient, String box, String kind, Envelope envelope, Map<String, String> headers,
				Duration kept) {
			this.rows.add(new @Nullable Object[] { this.tx.namespace(), recipient, box, kind, envelope.id(),
					envelope.replyTo(), envelope.contentType(), HeaderText.of(headers), envelope.body(),
					kept.toMillis() });
		}

		private Map<String, List<String>> callees(List<Word> words) throws SQLException {
			Set<String> called = words.stream()
				.filter(Call.class::isInstance)
				.map((word) -> ((Call) word).identifier())
				.collect(Collectors.toSet());
			Map<String, List<String>> callees = new HashMap<>();
			if (!called.isEmpty()) {
				this.tx.query("""
						SELECT s.identifier, s.owner FROM {subscriber} s JOIN {instance} i
						ON i.namespace = s.namespace AND i.owner = s.owner
						WHERE s.namespace = ? AND s.identifier = ANY(?) AND i.lease_until > {statement_now}""",
						(row) -> callees.computeIfAbsent(row.getString(1), (key) -> new ArrayList<>())
							.add(row.getString(2)),
						this.tx.namespace(), this.tx.array(called));
			}
			return callees;
		}

		private List<String> listeners(List<Word> words) throws SQLException {
			return words.stream().noneMatch(Shout.class::isInstance) ? List.of() : this.tx.query("""
					SELECT owner FROM {instance} WHERE namespace = ? AND listening = TRUE
					AND lease_until > {statement_now}""", (row) -> row.getString(1), this.tx.namespace());
		}

		private static void put(Map<String, String> headers, String name, @Nullable String value) {
			if (value != null) {
				headers.put(name, value);
			}
		}

	}

}
